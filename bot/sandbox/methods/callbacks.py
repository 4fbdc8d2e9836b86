"""Answers to taps and inline questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import bad

if TYPE_CHECKING:
    from ..params import Params
    from ..world import World

MAX_TOAST = 200
MAX_RESULTS = 50


def answer_callback_query(world: World, params: Params) -> bool:
    """Ends the waiting of the tapped button. Answering twice is fine; the second text is shown too."""
    query = world.queries.live(params.text("callback_query_id"))
    text = params.text("text")
    if len(text) > MAX_TOAST:
        raise bad("MESSAGE_TOO_LONG")
    query.answered = True
    chat = world.chat(query.person_id)
    world.toast(chat, text, alert=params.flag("show_alert"), query=query.id, url=params.text("url"))
    return True


def answer_inline_query(world: World, params: Params) -> bool:
    """The results are kept with the question."""
    query = world.queries.live(params.text("inline_query_id"))
    results = params.json("results")
    if not isinstance(results, list):
        raise bad("can't parse inline query results JSON object")
    if len(results) > MAX_RESULTS:
        raise bad("RESULTS_TOO_MUCH")
    keys = [item.get("id") for item in results]
    if len(set(keys)) != len(keys):
        raise bad("RESULT_ID_DUPLICATE")
    query.answered, query.results = True, results
    world.hub.tell("inline", person=query.person_id, query=query.id, results=results)
    return True
