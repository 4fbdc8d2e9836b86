"""Where a measurement was made: without it the absolute numbers mean nothing."""

import platform
from importlib.metadata import version

import psutil

PARTS = ("python-telegram-bot", "aiohttp", "tornado", "httpx", "sqlalchemy", "sqlmodel", "jieba")


def machine() -> str:
    """Cores, system and versions, in one line."""
    parts = ", ".join(f"{part} {version(part)}" for part in PARTS)
    return f"{psutil.cpu_count()} cores, {platform.system()}, CPython {platform.python_version()}, {parts}"
