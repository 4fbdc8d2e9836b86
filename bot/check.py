"""`zhike check`: everything that would stop `zhike run`, found before it starts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError, OperationalError
from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.ext import ExtBot

from bot.config import Config, token_fault
from bot.models import Unfit, team_model
from bot.request import AiohttpRequest
from knowledge.edition import Edition, unread
from knowledge.errors import Faults, ZhikeError
from knowledge.systems import PRIMARY, Systems
from knowledge.tree import Source
from store import migrate, models
from store.db import Database

OFFICIAL = "https://api.telegram.org/bot"
_SECRET = re.compile(r"^[\w-]{1,256}$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    good: bool
    text: str


async def check(config: Config, source: Source | None = None) -> list[Finding]:
    """Look at everything, the knowledge files of the configuration (or `source`) among it; nothing is changed."""
    faults = list(config_faults(config))
    findings = [Finding(False, fault) for fault in faults] or [Finding(True, "配置没有问题。")]
    try:
        read = unread(source or config.files())
    except Faults as found:
        findings.extend(Finding(False, fault) for fault in found.faults)
        read = None
    if read is not None:
        findings.extend(_knowledge(read, config.team.view))
    findings.extend(_database(config, read.systems if read else None))
    if not any("base_url" in fault or "proxy" in fault or "令牌" in fault for fault in faults):
        findings.append(await _telegram(config))
    return findings


def config_faults(config: Config) -> Iterator[str]:
    """What in the configuration would stop the bot."""
    fault = token_fault(config.token)
    if fault:
        yield fault
    telegram = config.telegram
    if telegram.base_url and not re.match(r"^https?://.+/bot$", telegram.base_url):
        yield "telegram.base_url 要写成 http://主机:端口/bot 这样（以 /bot 结尾）。"
    if telegram.proxy and not re.match(r"^https?://", telegram.proxy):
        yield "telegram.proxy 要以 http:// 或 https:// 开头。"
    if telegram.mode == "webhook":
        if not re.match(r"^https?://", telegram.webhook_url):
            yield "用 webhook 时要设 telegram.webhook_url（Telegram 能访问到的 https 地址）。"
        if not _SECRET.match(telegram.webhook_secret.get_secret_value()):
            yield "用 webhook 时要设 ZHIKE_TELEGRAM__WEBHOOK_SECRET（1–256 位字母、数字、_、-）。"


def _knowledge(read: Edition, view: str) -> Iterator[Finding]:
    said: set[str] = set()
    for part, faults in read.faults().items():
        yield from (Finding(False, fault) for fault in faults if fault not in said)
        said.update(faults)
        if not faults:
            yield Finding(True, f"{part}没有问题。")
    if not said:
        try:
            read.called(view)
        except Faults as found:
            yield from (Finding(False, fault) for fault in found.faults)


def _database(config: Config, systems: Systems | None) -> Iterator[Finding]:
    try:
        db = Database(config.database.url)
    except ZhikeError as fault:
        yield Finding(False, str(fault))
        return
    try:
        revision = db.write_now(lambda session: migrate.current(session.connection()))
        yield _schema(revision)
        if revision == migrate.head() and systems is not None:
            yield from _team_model(db, systems)
    except OperationalError as fault:
        locked = "locked" in str(fault.orig)
        yield Finding(
            False, "数据库被别的程序锁住了。关掉正在用它的程序再试。" if locked else f"数据库连不上：{_line(fault)}"
        )
    except DBAPIError as fault:
        yield Finding(False, f"数据库打不开：{_line(fault)}")
    finally:
        db.close()


def _schema(revision: str | None) -> Finding:
    if revision is None:
        return Finding(True, "数据库是空的，启动时会自动建表。")
    if revision == migrate.head():
        return Finding(True, "数据库没有问题。")
    if any(revision == known for known in migrate.revisions()):
        return Finding(True, "数据库是旧版本的，启动时会自动升级。")
    return Finding(False, migrate.NewerDatabase.__doc__ or "")


def _team_model(db: Database, systems: Systems) -> Iterator[Finding]:
    """The team's own model, where one is in use."""
    kept = db.read_now(models.in_use, PRIMARY)
    if kept is None:
        return
    try:
        team_model(kept, systems[PRIMARY])
    except Faults:
        return  # said already, with the knowledge files
    except Unfit as fault:
        yield Finding(False, str(fault))
    else:
        yield Finding(True, f"用的是团队自己的模型（{kept.at:%Y-%m-%d} 训练）。")


def _line(fault: DBAPIError) -> str:
    return str(fault.orig).strip().splitlines()[0]


async def _telegram(config: Config) -> Finding:
    """Whether the token is known and nobody else polls with it. Asking for updates without an offset confirms none."""
    telegram = config.telegram
    request = AiohttpRequest(proxy=telegram.proxy)
    polling = AiohttpRequest(proxy=telegram.proxy)
    bot: ExtBot[None] = ExtBot(
        config.token,
        base_url=telegram.base_url or OFFICIAL,
        request=request,
        get_updates_request=polling,
    )
    try:
        async with bot:
            hook = await bot.get_webhook_info()
            if not hook.url and telegram.mode == "polling":
                await bot.get_updates(limit=1, timeout=0)
            return Finding(True, f"令牌有效：@{bot.username}。")
    except InvalidToken:
        return Finding(False, "Telegram 不认这个令牌，请向 @BotFather 核对。")
    except Conflict:
        return Finding(False, "另一个进程正在用同一个令牌收消息。先停掉那一个。")
    except TelegramError as fault:
        return Finding(False, f"连不上 Telegram（{fault.message}）。检查网络、代理和 base_url。")
