"""`zhike demo`: the real bot against a Bot API server of our own on loopback, and a page that works like a phone."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from bot import colleagues, sample
from bot.clock import DemoClock
from bot.config import Config
from bot.knowledge import Renewal
from bot.polling import poll
from bot.sandbox import Sandbox, serve
from bot.service import Service, desk_for, first_admin, open_database, started
from knowledge.calendar import working_from
from knowledge.errors import ZhikeError
from knowledge.stages import SYSTEM
from knowledge.systems import PRIMARY
from store import people

TOKEN = "700000001:demo-token-for-the-sandbox-only"  # noqa: S105 - opens nothing but the sandbox
HOME = Path(".zhike")
TICK = timedelta(seconds=5)


async def demo(
    configured: Callable[[], Config],
    *,
    host: str,
    port: int,
    database: str,
    empty: bool,
    announce: Callable[[str], None],
) -> None:
    """Serve the demo until it is interrupted; `configured` reads the configuration."""
    config = configured()
    url = database or f"sqlite:///{HOME / 'demo.db'}"
    db = open_database(url)
    clock = DemoClock(_kept_ahead(url))
    renewal = Renewal(config, configured)  # before the files are read: what changes meanwhile is not missed
    desk = desk_for(config, db, clock.now)
    if not empty and not await db.read(people.anyone):
        await db.write(sample.fill, clock.now())
        await db.write(colleagues.work, desk.systems[PRIMARY], desk.systems.catalogue(SYSTEM), clock.now())
    service: Service | None = None

    async def jumped() -> None:
        _keep_ahead(url, clock.ahead)
        if service is not None:
            await service.tick()

    sandbox = Sandbox(
        token=TOKEN,
        people=(*sample.PEOPLE, *colleagues.PEOPLE),
        clock=clock,
        journal=_journal(url),
        on_jump=jumped,
        working_from=partial(working_from, overrides=config.days),
    )
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    try:
        async with serve(sandbox, host, port) as address:
            telegram = config.telegram.model_copy(
                update={"token": SecretStr(TOKEN), "base_url": f"{address}/bot", "proxy": "", "mode": "polling"}
            )
            config = config.model_copy(update={"telegram": telegram})
            async with started(config, desk, tick_every=TICK, renewal=renewal, watched=False) as service:
                await first_admin(service, announce)
                announce(f"{address}/")
                await poll(service.app, stop)
    except OSError as fault:
        raise ZhikeError(f"{host} 的 {port} 端口用不了（{fault.strerror}）。用 --port 0 任选一个空的。") from fault
    finally:
        db.close()
        sandbox.close()


def _journal(url: str) -> Path | None:
    """The chats are kept beside a file database, so that a restart goes on where it was."""
    path = url.removeprefix("sqlite:///")
    return Path(f"{path}.chats") if url.startswith("sqlite:///") and path else None


def _ahead_file(url: str) -> Path | None:
    journal = _journal(url)
    return journal.with_suffix(".clock") if journal else None


def _kept_ahead(url: str) -> timedelta:
    file = _ahead_file(url)
    if file is not None:
        with suppress(OSError, ValueError):
            return timedelta(seconds=float(file.read_text()))
    return timedelta()


def _keep_ahead(url: str, ahead: timedelta) -> None:
    file = _ahead_file(url)
    if file is not None:
        file.write_text(str(ahead.total_seconds()))
