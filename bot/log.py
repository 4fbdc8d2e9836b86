"""Structured logs: one JSON object a line, with the action; never what a rep wrote, a customer's name or a secret."""

import json
import logging
import re
from datetime import UTC, datetime

_TOKEN = re.compile(r"\d{5,}:[\w-]{20,}")
_CREDENTIALS = re.compile(r"://[^/@\s]+@")
_STANDARD = frozenset(vars(logging.makeLogRecord({})))


class JsonLines(logging.Formatter):
    """time, level, logger, action, message, and the other extras."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        row: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
        }
        row |= {key: value for key, value in vars(record).items() if key not in _STANDARD and key != "message"}
        row["message"] = record.getMessage()
        if record.exc_info:
            row["trouble"] = self.formatException(record.exc_info)
        return clean(json.dumps(row, ensure_ascii=False, default=str))


def clean(text: str) -> str:
    """A text without tokens and passwords."""
    return _CREDENTIALS.sub("://…@", _TOKEN.sub("<token>", text))


def set_up(level: str) -> None:
    """Log to standard error. Libraries that would print addresses with the token speak up only when it matters."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("httpx", "httpcore", "aiohttp", "apscheduler", "telegram", "alembic", "sqlalchemy"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
