"""Updates as they are read; how they are fetched and confirmed is tested with the whole bot (`test_run.py`)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update
from telegram.ext import ExtBot

from bot.polling import typed

BOT: ExtBot[Any] = ExtBot("700000001:token")

ids = st.integers(1, 2**52)
names = st.text(max_size=20)
people = st.fixed_dictionaries(
    {"id": ids, "is_bot": st.booleans(), "first_name": names},
    optional={"last_name": names, "username": names, "language_code": names, "from_a_newer_telegram": names},
)
chats = st.fixed_dictionaries(
    {"id": ids, "type": st.sampled_from(["private", "group", "supergroup"])},
    optional={"title": names, "first_name": names, "is_forum": st.booleans(), "from_a_newer_telegram": names},
)
messages = st.fixed_dictionaries(
    {
        "message_id": ids,
        "date": st.integers(1, 2**32),
        "chat": chats,
        "from": people,
        "text": st.text(max_size=50),
    }
)


@given(ids, messages)
def test_typed_words_are_read_as_the_library_reads_them(id: int, message: dict[str, Any]) -> None:
    raw = {"update_id": id, "message": message}
    ours, theirs = typed(raw, BOT), Update.de_json(dict(raw), BOT)

    assert ours is not None
    assert ours.to_dict() == theirs.to_dict()
    assert ours.message is not None
    assert theirs.message is not None
    assert (ours.message.date, ours.message.date.tzinfo) == (theirs.message.date, theirs.message.date.tzinfo)
    assert ours.get_bot() is ours.message.get_bot() is BOT


@pytest.mark.parametrize(
    "more", ["entities", "forward_origin", "reply_to_message", "via_bot", "edit_date", "from_a_newer_telegram"]
)
def test_whatever_is_more_than_typed_words_is_left_to_the_library(more: str) -> None:
    message = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "from": {"id": 1}, "text": "在吗"}

    assert typed({"update_id": 1, "message": message | {more: {}}}, BOT) is None
    assert typed({"update_id": 1, "message": message, more: {}}, BOT) is None
    assert typed({"update_id": 1, "edited_message": message}, BOT) is None
