"""Every refusal with Telegram's own words, as one table."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

LI, STRANGER = 11, 13
BAD = "Bad Request: "
SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content"
    " and reply markup of the message"
)
OLD = "query is too old and response timeout expired or query ID is invalid"


def text(words: str, **more: object) -> dict[str, Any]:
    return {"chat_id": LI, "text": words, **more}


def html(words: str) -> dict[str, Any]:
    return text(words, parse_mode="HTML")


def keys(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return text("问", reply_markup={"inline_keyboard": list(rows)})


def commands(*items: tuple[str, str]) -> dict[str, Any]:
    return {"commands": [{"command": command, "description": words} for command, words in items]}


ENTITIES = "can't parse entities: "
# method, parameters ("$own" is a message of the bot, "$theirs" one of the person), description after "Bad Request: "
REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("sendMessage", {"text": "好"}, "chat_id is empty"),
    ("sendMessage", {"chat_id": 999, "text": "好"}, "chat not found"),
    ("sendMessage", {"chat_id": "@nobody", "text": "好"}, "chat not found"),
    ("sendMessage", {"chat_id": STRANGER, "text": "好"}, "chat not found"),
    ("sendMessage", {"chat_id": LI}, "message text is empty"),
    ("sendMessage", text(" \n\t "), "message text is empty"),
    ("sendMessage", html("<b></b>"), "message text is empty"),
    ("sendMessage", text("长" * 4097), "message is too long"),
    ("sendMessage", text("😀" * 2049), "message is too long"),
    ("sendMessage", text("好", parse_mode="Wiki"), "unsupported parse_mode"),
    ("sendMessage", text("*好*", parse_mode="MarkdownV2"), "this sandbox reads only parse_mode HTML"),
    ("sendMessage", text("好", reply_parameters={"message_id": 9999}), "message to be replied not found"),
    ("sendMessage", html("<b>好"), ENTITIES + 'Can\'t find end tag corresponding to start tag "b"'),
    ("sendMessage", html("好</b>"), ENTITIES + "Unexpected end tag at byte offset 3"),
    ("sendMessage", html("<b>好</i>"), ENTITIES + 'Unmatched end tag at byte offset 6, expected "</b>", found "</i>"'),
    ("sendMessage", html("<div>好</div>"), ENTITIES + 'Unsupported start tag "div" at byte offset 0'),
    ("sendMessage", html("价格 < 100"), ENTITIES + 'Unsupported start tag "" at byte offset 7'),
    ("sendMessage", html("好<b"), ENTITIES + "Unclosed start tag at byte offset 3"),
    ("sendMessage", html("<b>好</b"), ENTITIES + "Unclosed end tag at byte offset 6"),
    (
        "sendMessage",
        html("<a href>好</a>"),
        ENTITIES + 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
    ),
    ("sendMessage", html("<span>好</span>"), ENTITIES + 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ("sendMessage", html("<a href=http://x>好</a>"), ENTITIES + "Unexpected end of name token at byte offset 8"),
    ("sendMessage", keys([{"text": "好", "callback_data": ""}]), "BUTTON_DATA_INVALID"),
    ("sendMessage", keys([{"text": "好", "callback_data": "长" * 22}]), "BUTTON_DATA_INVALID"),
    ("sendMessage", keys([{"text": "好", "url": "not a url"}]), "BUTTON_URL_INVALID"),
    ("sendMessage", keys([{"text": "好", "url": "ftp://a.b"}]), "BUTTON_URL_INVALID"),
    ("sendMessage", keys([{"text": " ", "callback_data": "a"}]), "inline keyboard button text must be non-empty"),
    ("sendMessage", keys([{"text": "好"}]), "text buttons are unallowed in the inline keyboard"),
    ("sendMessage", keys(*[[{"text": "好", "callback_data": "a"}]] * 101), "reply markup is too long"),
    ("sendMessage", keys([{"text": "好", "callback_data": "a"}] * 9), "REPLY_MARKUP_TOO_LONG"),
    ("sendMessage", text("问", reply_markup={"keyboard": [[""]]}), "keyboard button text must be non-empty"),
    ("sendMessage", text("问", reply_markup="{"), "can't parse reply markup JSON object"),
    ("editMessageText", {"chat_id": LI, "text": "新"}, "message identifier is not specified"),
    ("editMessageText", {"chat_id": LI, "message_id": 9999, "text": "新"}, "message to edit not found"),
    ("editMessageText", {"chat_id": LI, "message_id": "$theirs", "text": "新"}, "message can't be edited"),
    ("editMessageText", {"chat_id": LI, "message_id": "$own", "text": ""}, "message text is empty"),
    ("editMessageText", {"chat_id": LI, "message_id": "$own", "text": "原来的话"}, SAME),
    ("editMessageCaption", {"chat_id": LI, "message_id": "$own"}, "there is no caption in the message to edit"),
    ("editMessageReplyMarkup", {"chat_id": LI, "message_id": "$own"}, SAME),
    (
        "editMessageText",
        {"chat_id": LI, "message_id": "$own", "text": "新", "reply_markup": {"keyboard": [["a"]]}},
        "inline keyboard expected",
    ),
    ("deleteMessage", {"chat_id": LI, "message_id": 9999}, "message to delete not found"),
    ("deleteMessages", {"chat_id": LI, "message_ids": []}, "message identifiers are not specified"),
    ("answerCallbackQuery", {"callback_query_id": "1"}, OLD),
    ("answerInlineQuery", {"inline_query_id": "1", "results": []}, OLD),
    ("sendChatAction", {"chat_id": LI, "action": "dancing"}, "wrong parameter action in request"),
    ("sendPhoto", {"chat_id": LI}, "there is no photo in the request"),
    ("sendPhoto", {"chat_id": LI, "photo": "unknown-id"}, "wrong file identifier/HTTP URL specified"),
    ("getFile", {"file_id": "unknown-id"}, "invalid file_id"),
    ("setMyCommands", commands(("Neu", "新")), "BOT_COMMAND_INVALID"),
    ("setMyCommands", commands(("a" * 33, "新")), "BOT_COMMAND_INVALID"),
    ("setMyCommands", commands(("new", "")), "BOT_COMMAND_DESCRIPTION_INVALID"),
    ("setMyCommands", commands(("new", "长" * 257)), "BOT_COMMAND_DESCRIPTION_INVALID"),
    ("setMyCommands", commands(*[("new", "新")] * 101), "BOT_COMMANDS_TOO_MUCH"),
    ("setMyCommands", {"commands": [], "scope": {"type": "chat", "chat_id": 999}}, "chat not found"),
    ("setMyCommands", {"scope": {"type": "moon"}}, "can't parse BotCommandScope: unsupported type specified"),
    ("setMyDescription", {"description": "长" * 513}, "BOT_DESCRIPTION_TOO_LONG"),
    ("setWebhook", {"url": "http://example.com/hook"}, "bad webhook: An HTTPS URL must be provided for webhook"),
    ("setWebhook", {"url": "https://a.b", "secret_token": "中"}, "secret token contains unallowed characters"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "params", "description"), REFUSALS, ids=[f"{m}: {d[:50]}" for m, _, d in REFUSALS])
async def test_a_wrong_call_is_refused_in_telegrams_words(
    sandbox: Any, call: Any, method: str, params: dict[str, Any], description: str
) -> None:
    theirs = await sandbox.phone(LI).say("我的话")
    own = await call.ok("sendMessage", chat_id=LI, text="原来的话")
    places = {"$own": own["message_id"], "$theirs": theirs.id}
    filled = {key: places.get(value, value) if isinstance(value, str) else value for key, value in params.items()}

    body = await call(method, **filled)

    assert body == {"ok": False, "error_code": 400, "description": BAD + description}
    assert sandbox.calls[-1].status == 400
    assert sandbox.phone(LI).last.text == "原来的话"


async def test_limits_are_counted_after_the_tags_are_read(call: Any) -> None:
    await call.ok("sendMessage", chat_id=LI, text=f"<b>{'长' * 4096}</b>", parse_mode="HTML")
    await call.ok("sendMessage", chat_id=LI, text="😀" * 2048)


async def test_a_hundred_buttons_and_64_bytes_are_taken(call: Any) -> None:
    row = [{"text": "好", "callback_data": "x" * 64}] * 5

    await call.ok("sendMessage", chat_id=LI, text="问", reply_markup={"inline_keyboard": [row] * 20})


async def test_the_same_text_with_new_buttons_is_a_change(call: Any) -> None:
    sent = await call.ok("sendMessage", chat_id=LI, text="问")
    keyboard = {"inline_keyboard": [[{"text": "好", "callback_data": "a"}]]}

    edited = await call.ok(
        "editMessageText", chat_id=LI, message_id=sent["message_id"], text="问", reply_markup=keyboard
    )

    assert edited["reply_markup"] == keyboard
    assert edited["edit_date"] == edited["date"]


async def test_an_edit_without_buttons_takes_them_away(sandbox: Any, call: Any) -> None:
    keyboard = {"inline_keyboard": [[{"text": "好", "callback_data": "a"}]]}
    sent = await call.ok("sendMessage", chat_id=LI, text="问", reply_markup=keyboard)

    await call.ok("editMessageText", chat_id=LI, message_id=sent["message_id"], text="答")

    assert sandbox.phone(LI).last.buttons == []


async def test_an_answer_to_a_tap_is_too_late_after_a_minute(sandbox: Any, call: Any, seconds: Any) -> None:
    query = await sandbox.phone(LI).tap_data(1, "made up")
    await call.ok("answerCallbackQuery", callback_query_id=query, text="一")
    await call.ok("answerCallbackQuery", callback_query_id=query, text="二")
    seconds.now += 61

    assert await call.refused("answerCallbackQuery", callback_query_id=query) == BAD + OLD
    assert sandbox.phone(LI).toasts == ["一", "二"]


async def test_a_toast_has_at_most_200_characters(sandbox: Any, call: Any) -> None:
    query = await sandbox.phone(LI).tap_data(1, "made up")

    refusal = await call.refused("answerCallbackQuery", callback_query_id=query, text="长" * 201)

    assert refusal == BAD + "MESSAGE_TOO_LONG"


async def test_a_message_can_be_deleted_for_two_days(call: Any, clock: Any) -> None:
    sent = await call.ok("sendMessage", chat_id=LI, text="问")
    clock.at = clock.at.replace(day=26)

    refusal = await call.refused("deleteMessage", chat_id=LI, message_id=sent["message_id"])

    assert refusal == BAD + "message can't be deleted for everyone"


async def test_a_blocked_bot_is_told_so_and_hears_of_it(sandbox: Any, call: Any) -> None:
    sandbox.block(LI)

    body = await call("sendMessage", chat_id=LI, text="在吗")
    [update] = await call.ok("getUpdates")

    assert body == {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}
    assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"


async def test_tokens_and_methods_are_checked(url: str, session: Any, call: Any) -> None:
    async def status(path: str) -> tuple[int, str]:
        async with session.get(url + path) as response:
            return response.status, (await response.json())["description"]

    assert await status("/bot700001:other/getMe") == (401, "Unauthorized")
    assert await status("/botnonsense/getMe") == (404, "Not Found")
    assert await call.refused("sendTelegram") == "Not Found: method not found"


async def test_parameters_may_come_as_query_form_json_or_multipart(url: str, session: Any, sandbox: Any) -> None:
    address = f"{url}/bot700001:sandbox-token/SendMessage"
    fields = {"chat_id": str(LI), "text": "好"}
    form = aiohttp.FormData(fields)
    multipart = aiohttp.MultipartWriter("form-data")
    for name, value in fields.items():
        multipart.append(value).set_content_disposition("form-data", name=name)

    for ask in (
        session.get(address, params=fields),
        session.post(address, json=fields),
        session.post(address, data=form),
        session.post(address, data=multipart),
    ):
        async with ask as response:
            assert (await response.json())["result"]["text"] == "好"
    assert len(sandbox.phone(LI).messages) == 4
