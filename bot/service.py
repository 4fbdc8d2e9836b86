"""The running bot: everything put together, started and stopped in order."""

import asyncio
import logging
import os
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import partial
from time import monotonic

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session
from telegram.error import InvalidToken, NetworkError

from bot import webhook
from bot.application import WANTED, App, build, give_commands
from bot.config import Config
from bot.knowledge import Renewal, edition_for, rules_of
from bot.pace import Pace
from bot.pictures import Pictures
from bot.polling import TokenRefused, poll
from bot.request import Refused
from bot.sender import Sender
from bot.worker import Worker, WorkerLost
from handlers import stages
from handlers.desk import DESK, Desk
from handlers.prep import before_visit
from knowledge.edition import Edition
from knowledge.errors import ZhikeError
from knowledge.invitations import code_hash, new_code
from knowledge.segment import cut
from scheduler.jobs import TICK, Jobs
from scheduler.planning import PushRules
from scheduler.push import Push
from scheduler.watch import Watch
from scheduler.wire import Wire
from store import marks, migrate, people
from store.db import Database, DatabaseUnusable
from store.tables import Invite

logger = logging.getLogger(__name__)

FIRST = 0.5  # seconds until the first tick: whoever wrote while nobody ran is answered before anything else
LOOK = 1.0  # seconds between two looks at whether changed knowledge is to be taken up


class Unreachable(ZhikeError):
    """连不上 Telegram。检查网络；需要代理就设 ZHIKE_TELEGRAM__PROXY，用自建服务器就设 ZHIKE_TELEGRAM__BASE_URL。"""


@dataclass(frozen=True, slots=True)
class Service:
    """A started bot."""

    app: App
    morning: Push
    jobs: Jobs

    @property
    def desk(self) -> Desk:
        """What updates are answered with from now on."""
        desk: Desk = self.app.bot_data[DESK]
        return desk

    @property
    def push(self) -> Push:
        """The push with the knowledge of now."""
        desk = self.desk
        return replace(self.morning, planner=desk.planner, brief=partial(before_visit, desk))

    def take(self, desk: Desk) -> None:
        """Answer with this desk from the next update on; those that are being answered stay with theirs."""
        self.app.bot_data[DESK] = desk

    async def tick(self) -> int:
        """Do now what is due now."""
        return await self.push.tick(self.desk.now(), self.desk.now)


def open_database(url: str) -> Database:
    """The database with its schema up to date.

    Raises:
        DatabaseUnusable: it cannot be opened, is locked, or is of a newer version.
    """
    db = Database(url)
    try:
        migrate.upgrade(db.engine)
    except DBAPIError as fault:
        db.close()
        locked = "locked" in str(fault.orig)
        raise DatabaseUnusable(
            "数据库被别的程序锁住了。关掉正在用它的程序再试。" if locked else f"数据库打不开：{_plain(fault)}"
        ) from fault
    except ZhikeError:
        db.close()
        raise
    return db


def _plain(fault: DBAPIError) -> str:
    return str(fault.orig).strip().splitlines()[0]


def desk_for(config: Config, db: Database, now: Callable[[], datetime], read: Edition | None = None) -> Desk:
    """The desk of a configuration, with the knowledge as it is now (or was `read`).

    Raises:
        Faults: the team's own files, or the configuration's thresholds or names for types, have faults.
    """
    return Desk(db, edition_for(config, db, read), config.talk, rules_of(config), now)


def push_for(config: Config, desk: Desk, app: App, pace: Pace) -> Push:
    """The morning push of a configuration."""
    rules = PushRules(
        latest=time.fromisoformat(config.reminders.latest_push),
        digest=config.reminders.digest,
        days=dict(config.days),
        name=process_name(),
    )
    wire = Wire(config.reminders.messages_at_once)
    return Push(desk.db, desk.planner, rules, Sender(app.bot, pace), partial(before_visit, desk), wire)


def process_name() -> str:
    """A name for this process, at most 40 characters: machine, process id, and what tells a restart from it."""
    return f"{socket.gethostname()[:20]}:{os.getpid()}:{secrets.token_hex(4)}"


def forget_dead(session: Session, ours: str) -> None:
    """Processes of this machine that are gone share Telegram's limit with us no more."""
    host, pid, _ = ours.rsplit(":", 2)
    dead = []
    for name in marks.ticking(session):
        its_host, its_pid, _ = name.rsplit(":", 2)
        if its_host == host and name != ours and (its_pid == pid or not _runs(int(its_pid))):
            dead.append(name)
    marks.forget(session, dead)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@asynccontextmanager
async def started(
    config: Config,
    desk: Desk,
    *,
    tick_every: timedelta = TICK,
    first: float = FIRST,
    renewal: Renewal | None = None,
    watched: bool = True,
) -> AsyncIterator[Service]:
    """A bot that is logged in, ticks after `first` seconds, and takes up changed knowledge; on the way out it finishes
    what it is doing. Where the clock is not the real one there is nothing to watch.

    Raises:
        TokenRefused: Telegram does not know the token.
        Unreachable: there is no way to Telegram.
    """
    pictures = Pictures()
    pace = Pace(config.reminders.messages_per_second)
    app = build(config.telegram, desk, pictures, pace)
    cut("预热")  # the dictionary is loaded before the first customer waits for it
    await _log_in(app)
    push = push_for(config, desk, app, pace)
    service: Service

    async def tick() -> int:
        return await service.tick()

    jobs = Jobs(tick, tick_every)
    service = Service(app, push, jobs)
    watch = Watch(push, monotonic, desk.db.free, jobs.begin_again) if watched else None
    watching = [asyncio.create_task(_keep_current(service, renewal))] if renewal else []
    try:
        await give_commands(app.bot)
        watching.append(asyncio.create_task(_begin(service, watch, first)))
        yield service
    finally:
        push.wind_up()
        for task in watching:
            task.cancel()
        await jobs.stop()
        await app.shutdown()
        await pictures.stop()


async def _begin(service: Service, watch: Watch | None, first: float) -> None:
    """Begin to tick, and to watch over it."""
    await asyncio.sleep(first)
    desk = service.desk
    if watch is None:
        service.jobs.start()
        return
    try:
        await watch.look(desk.now())  # before the first tick: it sees since when nobody has ticked
        await desk.db.write(forget_dead, service.morning.rules.name)
    except Exception:
        # What is due is due all the same; the watch goes on looking.
        logger.exception("the first look failed", extra={"action": "watch_failed"})
    service.jobs.start()
    await watch.keep_looking(desk.now)


async def _keep_current(service: Service, renewal: Renewal) -> None:
    """Look now and then whether changed knowledge is to be taken up; it is read on a thread."""
    while True:
        await asyncio.sleep(LOOK)
        if renewal.due():
            service.take(await asyncio.to_thread(renewal.renewed, service.desk))


async def _log_in(app: App) -> None:
    """Reach Telegram, or say in one line why not, leaving no connection open."""
    try:
        await app.initialize()
    except InvalidToken as fault:
        await app.bot.shutdown()
        raise TokenRefused from fault
    except NetworkError as fault:
        await app.bot.shutdown()
        why = "连接被拒" if isinstance(fault, Refused) else fault.message
        raise Unreachable(f"{Unreachable.__doc__}（{why}）") from fault


async def run(
    config: Config,
    desk: Desk,
    announce: Callable[[str], None],
    worker: Worker | None = None,
    renewal: Renewal | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; `worker` decides, if there is one, and `renewal` says when knowledge is new."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    if worker is None:
        await _serve(config, desk, announce, stop, renewal)
        return
    async with worker.connected():
        watching = asyncio.create_task(_end_with(worker, announce))
        await _serve(config, replace(desk, elsewhere=worker), announce, stop, renewal)
        watching.cancel()


async def _end_with(worker: Worker, announce: Callable[[str], None]) -> None:
    """End at once, as if killed, when the worker is gone: what it left open comes again after the restart."""
    await worker.lost.wait()
    logger.error("the worker is gone", extra={"action": "worker_lost"})
    announce(f"✗ {WorkerLost()}")
    os._exit(1)


async def _serve(
    config: Config, desk: Desk, announce: Callable[[str], None], stop: asyncio.Event, renewal: Renewal | None
) -> None:
    async with started(config, desk, renewal=renewal) as service:
        await first_admin(service, announce)
        placing = asyncio.create_task(_place(desk))
        way = "webhook" if config.telegram.mode == "webhook" else "长轮询"
        announce(f"知客已上线：@{service.app.bot.username}（{way}）。按 Ctrl-C 停止。")
        logger.info("serving", extra={"action": "started"})
        await receive(config, service, stop)
        placing.cancel()
    logger.info("stopped", extra={"action": "stopped"})


async def _place(desk: Desk) -> None:
    await asyncio.sleep(FIRST)
    try:
        await stages.begin(desk)
    except Exception:
        # The bot works without, and the next start tries again.
        logger.exception("stages could not be noted", extra={"action": "stages_failed"})


async def receive(config: Config, service: Service, stop: asyncio.Event) -> None:
    """Take updates in the configured way until `stop` is set."""
    telegram = config.telegram
    if telegram.mode == "polling":
        await service.app.bot.delete_webhook()
        await poll(service.app, stop)
        return
    async with webhook.serve(service.app, telegram):
        await service.app.bot.set_webhook(
            telegram.webhook_url,
            secret_token=telegram.webhook_secret.get_secret_value() or None,
            allowed_updates=list(WANTED),
        )
        await stop.wait()


async def first_admin(service: Service, announce: Callable[[str], None]) -> None:
    """Where nobody has joined and no admin is configured, print a one-time link; only its hash is kept."""
    desk = service.desk
    joined = await desk.db.read(people.anyone)
    if joined or desk.rules.admins:
        return
    code = new_code()
    now = desk.now()
    row = Invite(code_hash=code_hash(code), role="admin", created_at=now, expires_at=now + timedelta(hours=24))
    await desk.db.write(people.invite, row)
    link = f"https://t.me/{service.app.bot.username}?start={code}"
    announce(
        f"第一次启动：把这个链接发给管理员，24 小时内点开（只能用一次）：\n  {link}\n也可以给机器人发：/start {code}"
    )
