"""Helpers of the conversation tests: golden transcripts, answers like those of somebody who met a given type."""

import os
import re
from collections.abc import Iterator
from copy import deepcopy
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from telegram import Update

from bot.polling import answer
from knowledge.interview import restore
from store import interviews, people, prospects
from store.tables import InterviewRow, Person, Prospect
from tests.conftest import Office

GOLDEN = Path(__file__).parent / "golden"
TROUBLE = "我这边出了点问题"


def golden(name: str, text: str) -> None:
    """The text is that of the golden file; `ZHIKE_GOLDEN=write` writes it anew. Invitation codes are masked."""
    masked = re.sub(r"start=[\w-]+", "start=CODE", text)
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("ZHIKE_GOLDEN") == "write":
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(masked, encoding="utf-8")
    assert masked == file.read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def nothing_failed(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No conversation may end in the error handler, whatever else a test asserts."""
    yield
    failed = [record for record in caplog.get_records("call") if getattr(record, "action", "") == "update_failed"]
    assert not failed, failed[0].exc_text or failed[0].exc_info


def person(office: Office, telegram_id: int = 1001) -> Person:
    """Somebody's row."""
    found = office.db.read_now(people.by_telegram, telegram_id)
    assert found is not None
    return found


def customers(office: Office, telegram_id: int = 1001, status: str = "active") -> dict[str, Prospect]:
    """Somebody's customers by name."""
    rows, _ = office.db.read_now(prospects.page, person(office, telegram_id).id or 0, "", 0, status)
    return {row.name: row for row in rows}


def current(office: Office, telegram_id: int = 1001) -> InterviewRow | None:
    """Somebody's open interview."""
    return office.db.read_now(interviews.current, person(office, telegram_id).id or 0)


def labels(office: Office, telegram_id: int = 1001) -> list[str]:
    """The buttons of the bot's last message."""
    return [button.text for row in office.phone(telegram_id).last.buttons for button in row]


def data_of(office: Office, pattern: str, telegram_id: int = 1001) -> tuple[int, str]:
    """Message id and callback data of the first button in the newest message that has data like `p:open:*`."""
    for message in reversed(office.phone(telegram_id).messages):
        for row in message.buttons:
            for button in row:
                if button.data and fnmatch(button.data, pattern):
                    return message.id, button.data
    raise AssertionError(f"no button carries {pattern}")


async def press(office: Office, pattern: str, telegram_id: int = 1001) -> str:
    """Tap the newest button whose callback data is like `pattern`, and wait; the bot's last message as HTML."""
    await taps(office, data_of(office, pattern, telegram_id), telegram_id=telegram_id)
    return office.phone(telegram_id).last.html


async def taps(office: Office, *pairs: tuple[int, str], telegram_id: int = 1001) -> None:
    """Tap several buttons at once, and wait."""
    phone = office.phone(telegram_id)
    for message_id, data in pairs:
        await phone.tap_data(message_id, data)
    await phone.settled(timeout=30)


async def answered_as(office: Office, type: str, most: int = 6) -> int:
    """Tap, question by question, what somebody who met that type would most likely tap; how many were asked."""
    for count in range(most):
        row = current(office)
        if row is None:
            return count
        system = office.service.desk.systems[row.system]
        state = restore(interviews.state(row), system)
        if state.asking not in system.questions:
            return count
        question = system.questions[state.asking]
        best = max(question.choices, key=lambda choice: choice.likelihood[type])
        await press(office, f"i:*:c:{best.id}")
    return most


def raw_update(office: Office) -> dict[str, Any]:
    """The update that a phone has just put on its way, as Telegram would deliver it again after a crash."""
    return deepcopy(list(office.sandbox.world.updates.pending.values())[-1])


async def delivered(office: Office, raw: dict[str, Any], telegram_id: int = 1001) -> None:
    """Deliver an update (once more), and wait."""
    update = Update.de_json(raw, office.service.app.bot)
    await answer(office.service.app, update)
    await office.phone(telegram_id).settled()
