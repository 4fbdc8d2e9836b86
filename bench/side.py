"""The two sides of a comparison, each a process of its own: ours as it is run, and the echo of `bench/echo.py`."""

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from bench.telegram import SECRET, TOKEN, Telegram
from bot.service import open_database
from store import people

PATIENCE = 60.0  # seconds; a bot that has not answered by then is broken, not slow
CHATS = range(5001, 5065)
OURS = ["-m", "bot", "run"]


@dataclass(frozen=True, slots=True)
class Running:
    """A bot that has answered its first update."""

    side: str
    telegram: Telegram
    process: psutil.Process
    started: float  # seconds from exec to the first answer

    @property
    def memory(self) -> float:
        """Memory of all its processes, in MB; what they share is counted once."""
        return sum(float(process.memory_full_info().pss) for process in self._all()) / 1e6

    @property
    def cpu(self) -> float:
        """Seconds of processor time used so far, all processes and threads, in user and system mode."""
        times = [process.cpu_times() for process in self._all()]
        return sum(float(time.user + time.system) for time in times)

    def _all(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]


def joined(folder: Path, url: str = "") -> str:
    """A database, a new SQLite one where no address is given, in which every chat is a rep; its address."""
    url = url or f"sqlite:///{folder / f'bench{time.monotonic_ns()}.db'}"
    db = open_database(url)
    now = datetime.now(UTC)
    for chat in CHATS:
        db.write_now(
            people.join,
            telegram_id=chat,
            name=f"rep {chat}",
            role="rep",
            team_id=None,
            tz="Asia/Shanghai",
            push_at="08:30",
            now=now,
        )
    db.close()
    return url


@asynccontextmanager
async def running(
    side: str,
    telegram: Telegram,
    base_url: str,
    folder: Path,
    *,
    hook: bool,
    database: str = "",
    settings: Mapping[str, str] | None = None,
) -> AsyncIterator[Running]:
    """Start `side` ("ours" or "echo"), wait for its first answer, and stop it at the end.

    Ours runs on `database`, or on a new one in which every chat is a rep, with `settings` in its environment.
    """
    address = f"http://127.0.0.1:{_free_port()}/hook" if hook else ""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    if side == "ours":
        environment |= _ours(base_url, address, database or joined(folder)) | (settings or {})
        command = [sys.executable, *OURS]
    else:
        command = [sys.executable, "-m", "bench.echo", base_url, *([address] if address else [])]
    telegram.expect(address)
    log = (folder / f"{side}.log").open("w")
    at = time.perf_counter()
    process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=log, stderr=log)
    try:
        async with asyncio.timeout(PATIENCE):
            await telegram.ready.wait()
            await telegram.say(CHATS[0], "进门先绕着展厅走了一圈，没怎么开口，问一句答一句")
        yield Running(side, telegram, psutil.Process(process.pid), time.perf_counter() - at)
    except BaseException:
        print((folder / f"{side}.log").read_text()[-3000:], file=sys.stderr)
        raise
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        log.close()


def _ours(base_url: str, hook: str, database: str) -> dict[str, str]:
    common = {
        "ZHIKE_TELEGRAM__TOKEN": TOKEN,
        "ZHIKE_TELEGRAM__BASE_URL": base_url,
        "ZHIKE_DATABASE__URL": database,
    }
    if not hook:
        return common
    return common | {
        "ZHIKE_TELEGRAM__MODE": "webhook",
        "ZHIKE_TELEGRAM__WEBHOOK_URL": hook,
        "ZHIKE_TELEGRAM__WEBHOOK_SECRET": SECRET,
        "ZHIKE_TELEGRAM__PORT": str(urlsplit(hook).port),
    }


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
