"""Where a measurement was made: without it the absolute numbers mean nothing."""

import os
import platform
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import psutil

PARTS = ("python-telegram-bot", "aiohttp", "tornado", "httpx", "sqlalchemy", "sqlmodel", "jieba")

PRIORITY = -12


def first_in_line() -> str:
    """Let this process and those that it will start go before other work on a shared machine, as far as allowed.

    What is measured then is what both sides need, not what strangers leave them; the words say what was done.
    """
    load = f"load {os.getloadavg()[0]:.1f} before the start"
    with suppress(PermissionError):  # it may lead a session already
        os.setsid()
    try:
        # Linux's scheduler weighs groups, one for each session, before it weighs processes.
        Path("/proc/self/autogroup").write_text(str(PRIORITY))
    except OSError:
        return f"{load}, shared with other work"
    return f"{load}, both sides before other work (group nice {PRIORITY})"


def along(pid: int) -> None:
    """Let a server that we started, and its children, go as far ahead as we do."""
    with suppress(OSError):
        Path(f"/proc/{pid}/autogroup").write_text(Path("/proc/self/autogroup").read_text().rsplit(maxsplit=1)[1])


def machine() -> str:
    """Cores, system and versions, in one line."""
    parts = ", ".join(f"{part} {version(part)}" for part in PARTS)
    return f"{psutil.cpu_count()} cores, {platform.system()}, CPython {platform.python_version()}, {parts}"
