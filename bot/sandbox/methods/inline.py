"""Answers to inline questions, checked as strictly as Telegram checks them. Only articles are known here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..errors import bad
from ..keyboards import inline_keyboard
from ..params import Params
from .parts import words

if TYPE_CHECKING:
    from ..world import World

MAX_RESULTS = 50
MAX_ID_BYTES = 64
MAX_OFFSET_BYTES = 64
MAX_PARAMETER = 64
_PARAMETER = re.compile(r"[A-Za-z0-9_-]+")


def answer_inline_query(world: World, params: Params) -> bool:
    """The results are kept with the question, their texts read; each can be chosen by a phone."""
    query = world.queries.live(params.text("inline_query_id"), inline=True)
    given = [] if (named := params.json("results")) is None else named
    if not isinstance(given, list):
        raise bad("can't parse inline query results JSON object")
    if len(given) > MAX_RESULTS:
        raise bad("too many inline query results specified")
    results = [_result(item) for item in given]
    keys = [item["id"] for item in results]
    if len(set(keys)) != len(keys):
        raise bad("RESULT_ID_DUPLICATE")
    params.whole("cache_time")
    offset = params.text("next_offset")
    if len(offset.encode()) > MAX_OFFSET_BYTES:
        raise bad("NEXT_OFFSET_INVALID")
    button = _button(params.json("button"))
    query.answered, query.results, query.button, query.more = True, results, button, offset
    shown = [{name: item.get(name) for name in ("id", "title", "description")} for item in results]
    world.hub.tell("inline", person=query.person_id, query=query.id, results=shown, button=button, more=offset)
    return True


def _result(item: object) -> dict[str, Any]:
    """A result with what would be sent under `message`."""
    if not isinstance(item, dict):
        raise _unread("Inline query result must be an object")
    kind, key = _required(item, "type"), _required(item, "id")
    if kind != "article":
        raise bad(f"this sandbox knows only results of the type article, not {kind}")
    if not key:
        raise bad("RESULT_ID_EMPTY")
    if len(key.encode()) > MAX_ID_BYTES:
        raise bad("RESULT_ID_INVALID")
    if not _required(item, "title").strip():
        raise bad("ARTICLE_TITLE_EMPTY")
    content = item.get("input_message_content")
    if not isinstance(content, dict) or "message_text" not in content:
        raise bad("invalid inline message content specified")
    named = {
        "text": content["message_text"],
        "parse_mode": content.get("parse_mode"),
        "entities": content.get("entities"),
    }
    text, entities = words(Params(named))
    if not text:
        raise bad("message text is empty")
    message = {"text": text, "entities": list(entities), "markup": inline_keyboard(item.get("reply_markup"))}
    return {**item, "message": message}


def _required(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    if value is None:
        raise _unread(f'Can\'t find field "{name}"')
    if not isinstance(value, str):
        raise _unread(f'Field "{name}" must be of type String')
    return value


def _unread(why: str) -> Exception:
    return bad(f"can't parse InlineQueryResult: {why}")


def _button(given: object) -> dict[str, Any] | None:
    """The button above the results: it opens the bot with a parameter."""
    if given is None:
        return None
    if not isinstance(given, dict) or not isinstance(given.get("text"), str) or not given["text"].strip():
        raise bad("can't parse InlineQueryResultsButton: Can't find field \"text\"")
    parameter = given.get("start_parameter")
    if parameter is None:
        raise bad("InlineQueryResultsButton must have exactly one optional field")
    if parameter == "":
        raise bad("can't use empty start_parameter")
    if not isinstance(parameter, str) or not _PARAMETER.fullmatch(parameter):
        raise bad("unallowed characters in start_parameter are used")
    if len(parameter) > MAX_PARAMETER:
        raise bad("too long start_parameter specified")
    return given
