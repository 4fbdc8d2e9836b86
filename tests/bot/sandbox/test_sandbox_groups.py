"""A group that the bot is in, over the Bot API."""

from __future__ import annotations

from typing import Any

GROUP, GROWN, LI = -4001, -1001234567890, 11


async def test_what_is_said_in_a_group_comes_from_its_member_and_the_bot_answers_there(sandbox: Any, call: Any) -> None:
    group = sandbox.group(GROUP, "销售群")
    await group.say(LI, "/team")
    [update] = await call.ok("getUpdates")
    await call.ok("sendMessage", chat_id=GROUP, text="在跟的客户：12 位")

    message = update["message"]
    assert message["chat"] == {"id": GROUP, "type": "group", "title": "销售群"}
    assert message["from"]["id"] == LI
    assert [one.text for one in group.said] == ["在跟的客户：12 位"]


async def test_a_tap_in_a_group_comes_from_who_tapped(sandbox: Any, call: Any) -> None:
    group = sandbox.group(GROUP, "销售群")
    markup = {"inline_keyboard": [[{"text": "不用发了", "callback_data": "c:off"}]]}
    await call.ok("sendMessage", chat_id=GROUP, text="早", reply_markup=markup)
    await group.tap(LI, "不用发了")
    [update] = await call.ok("getUpdates")

    assert update["callback_query"]["from"]["id"] == LI
    assert update["callback_query"]["message"]["chat"]["id"] == GROUP


async def test_who_is_not_in_the_group_gets_403_and_one_that_grew_names_the_new_chat(sandbox: Any, call: Any) -> None:
    group = sandbox.group(GROUP, "销售群")
    group.remove_bot()
    kicked = await call("sendMessage", chat_id=GROUP, text="早")
    group.take_bot_back()
    grown = group.upgrade(GROWN, LI)
    moved = await call("sendMessage", chat_id=GROUP, text="早")
    await call.ok("sendMessage", chat_id=GROWN, text="早")
    [update] = await call.ok("getUpdates")

    assert kicked["description"] == "Forbidden: bot was kicked from the group chat"
    assert moved["error_code"] == 400
    assert moved["parameters"] == {"migrate_to_chat_id": GROWN}
    assert update["message"]["migrate_to_chat_id"] == GROWN
    assert [one.text for one in grown.said] == ["早"]


async def test_a_group_stands_in_no_list_of_people(sandbox: Any) -> None:
    sandbox.group(GROUP, "销售群")

    assert GROUP not in sandbox.world.chats
