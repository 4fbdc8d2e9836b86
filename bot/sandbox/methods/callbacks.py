"""Answers to taps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import bad

if TYPE_CHECKING:
    from ..params import Params
    from ..world import World

MAX_TOAST = 200


def answer_callback_query(world: World, params: Params) -> bool:
    """Ends the waiting of the tapped button. Answering twice is fine; the second text is shown too."""
    query = world.queries.live(params.text("callback_query_id"), inline=False)
    text = params.text("text")
    if len(text) > MAX_TOAST:
        raise bad("MESSAGE_TOO_LONG")
    query.answered = True
    chat = world.chat(query.person_id)
    world.toast(chat, text, alert=params.flag("show_alert"), query=query.id, url=params.text("url"))
    return True
