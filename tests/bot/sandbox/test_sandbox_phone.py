"""A person with a phone against a real python-telegram-bot application with its stock HTTP client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from telegram import (
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    ReplyKeyboardMarkup,
    Update,
)
from telegram.error import Forbidden, NetworkError
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.sandbox import NoSuchButton, Sandbox, SandboxError, UnknownPerson, Unsettled

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LI, STRANGER = 11, 13
TOKEN = "700001:sandbox-token"
KEYS = InlineKeyboardMarkup(
    [
        [
            InlineKeyboardButton("分析型", callback_data="analyst"),
            InlineKeyboardButton("不确定", callback_data="unsure"),
        ],
        [InlineKeyboardButton("邀请同事", url="https://t.me/zhike_demo_bot?start=team-7")],
    ]
)


async def start(update: Update, context: Any) -> None:
    assert update.message is not None
    payload = context.args[0] if context.args else "没有"
    await update.message.reply_html(
        f"你好，<b>邀请码</b>：{payload}", reply_markup=ReplyKeyboardMarkup([["新客户", "帮助"]])
    )


async def answer(update: Update, _context: Any) -> None:
    message = update.effective_message
    assert message is not None
    if update.edited_message:
        await message.reply_text(f"改成了：{message.text}")
    elif message.photo:
        photo = await message.photo[-1].get_file()
        await message.reply_photo(
            bytes(await photo.download_as_bytearray()), caption="<i>收到图片</i>", parse_mode="HTML"
        )
    elif message.document:
        sent = await message.reply_document(b"1", filename="旧.csv")
        media = InputMediaDocument(b"2", filename="新.csv", caption="换了")
        await sent.edit_media(media)
    elif message.text:
        await message.reply_html("他更像<b>分析型</b>。\n对吗？", reply_markup=KEYS)
    else:
        await message.reply_text("收到")


async def tapped(update: Update, _context: Any) -> None:
    query = update.callback_query
    assert query is not None
    if query.data == "analyst":
        await query.answer("已记下")
        await query.edit_message_text("好，记成分析型。")
        return
    await query.answer("这个按钮已经过期", show_alert=True)


@pytest.fixture
async def app(url: str) -> AsyncIterator[Any]:
    built = Application.builder().token(TOKEN).base_url(f"{url}/bot").base_file_url(f"{url}/file/bot").build()
    built.add_handler(CommandHandler("start", start))
    built.add_handler(CallbackQueryHandler(tapped))
    built.add_handler(MessageHandler(filters.ALL, answer))
    async with built:
        await built.start()
        assert built.updater is not None
        await built.updater.start_polling(allowed_updates=Update.ALL_TYPES)
        yield built
        await built.updater.stop()
        await built.stop()


TALK = """\
小李> /start
知客> 你好，邀请码：没有
小李> 王总只看数据
知客> 他更像分析型。
    对吗？
    [分析型] [不确定]
    [邀请同事]
小李 点了 [不确定]（第 4 条）
知客 弹窗> 这个按钮已经过期
小李 点了 [分析型]（第 4 条）
知客 提示> 已记下
知客 改了（第 4 条）> 好，记成分析型。
"""


@pytest.mark.usefixtures("app")
async def test_a_talk_reads_like_a_talk(sandbox: Sandbox) -> None:
    phone = sandbox.phone(LI)
    for act in (phone.say("/start"), phone.say("王总只看数据")):
        await act
        await phone.settled()
    await phone.tap("不确定")
    await phone.settled()
    await phone.tap("分析")
    await phone.settled()

    assert phone.transcript() == TALK
    assert phone.toasts == ["这个按钮已经过期", "已记下"]
    assert phone.last.edited
    assert phone.messages[1].html == "你好，<b>邀请码</b>：没有"
    assert phone.messages[1].date.tzinfo is not None
    assert [c.method for c in sandbox.calls if c.method.startswith(("send", "edit", "answer"))] == [
        "sendMessage", "sendMessage", "answerCallbackQuery", "answerCallbackQuery", "editMessageText",
    ]  # fmt: skip


@pytest.mark.usefixtures("app")
async def test_a_deep_link_starts_the_bot_for_somebody_new(sandbox: Sandbox) -> None:
    phone = sandbox.phone(STRANGER)
    await phone.open_link("https://t.me/zhike_demo_bot?start=team-7")
    await phone.settled()

    assert phone.last.text == "你好，邀请码：team-7"
    assert phone.transcript().startswith("小陈> /start\n")
    assert await phone.open_link("https://example.com/?start=x") is None
    with pytest.raises(SandboxError):
        await phone.open_link("https://t.me/zhike_demo_bot?start=有空格")


@pytest.mark.usefixtures("app")
async def test_everything_a_phone_can_send_arrives(sandbox: Sandbox, png: bytes) -> None:
    phone = sandbox.phone(LI)
    await phone.send_photo(png)
    await phone.settled()
    await phone.send_document("客户.xlsx", b"PK")
    await phone.settled()
    for act in (phone.send_voice(), phone.send_sticker(), phone.send_contact("王总", "+8613900000000")):
        await act
        await phone.settled()
    await phone.edit((await phone.say("写错了")).id, "改对了")
    await phone.settled()
    await phone.forward("客户说：再便宜点", sender="王总")
    await phone.settled()

    text = phone.transcript()
    assert "知客> [图片] 收到图片" in text
    assert "知客 改了（第 4 条）> [文件 新.csv] 换了" in text
    assert text.count("知客> 收到\n") == 3
    assert "知客> 改成了：改对了" in text
    assert "小李> （转发自王总） 客户说：再便宜点" in text


@pytest.mark.usefixtures("app")
async def test_the_reply_keyboard_is_there_to_press(sandbox: Sandbox) -> None:
    phone = sandbox.phone(LI)
    await phone.say("/start")
    await phone.settled()

    await phone.press("帮助")

    assert phone.keyboard == [["新客户", "帮助"]]
    assert phone.messages[-1].text == "帮助"
    with pytest.raises(NoSuchButton, match="新客户"):
        await phone.press("没有的")


@pytest.mark.usefixtures("app")
async def test_a_button_that_is_not_there_names_those_that_are(sandbox: Sandbox) -> None:
    phone = sandbox.phone(LI)
    await phone.say("王总")
    await phone.settled()

    with pytest.raises(NoSuchButton, match="邀请同事"):
        await phone.tap("没有的")


async def test_somebody_unknown_is_named(sandbox: Sandbox) -> None:
    with pytest.raises(UnknownPerson, match="999"):
        sandbox.phone(999)
    with pytest.raises(SandboxError):
        _ = sandbox.phone(LI).last


async def test_a_bot_that_does_not_fetch_never_settles(sandbox: Sandbox) -> None:
    await sandbox.phone(LI).say("有人吗")

    with pytest.raises(Unsettled, match="1 updates not fetched"):
        await sandbox.phone(LI).settled(timeout=0.1)


async def test_a_text_too_long_for_one_message_goes_in_several(sandbox: Sandbox) -> None:
    await sandbox.phone(LI).say("😀" * 3000)

    assert [len(m.text) for m in sandbox.phone(LI).messages] == [2048, 952]


async def test_the_library_sees_its_own_errors(app: Any, sandbox: Sandbox) -> None:
    sandbox.fail_next("sendMessage", drop="after")
    with pytest.raises(NetworkError):
        await app.bot.send_message(LI, "到了")
    sandbox.block(LI)
    with pytest.raises(Forbidden):
        await app.bot.send_message(LI, "没到")
    with pytest.raises(SandboxError):
        await sandbox.phone(LI).say("还停用着")

    assert sandbox.phone(LI).last.text == "到了"


async def test_the_library_can_read_what_it_asks_for(app: Any) -> None:
    scope = BotCommandScopeChat(LI)
    await app.bot.set_my_commands([BotCommand("team", "团队")], scope=scope)

    assert (await app.bot.get_chat(LI)).first_name == "小李"
    assert await app.bot.get_my_commands(scope=scope) == (BotCommand("team", "团队"),)
    assert (await app.bot.get_chat_menu_button(LI)).type == "default"
    assert (await app.bot.get_webhook_info()).url == ""
    assert await app.bot.set_my_description("说说你的客户")
    assert (await app.bot.get_my_description()).description == "说说你的客户"
    sent = await app.bot.send_message(LI, "删掉我")
    assert (await app.bot.copy_message(LI, LI, sent.message_id)).message_id == sent.message_id + 1
    assert await app.bot.delete_messages(LI, [sent.message_id, sent.message_id + 1])


ARTICLE = {
    "type": "article",
    "id": "1",
    "title": "王总",
    "input_message_content": {"message_text": "<b>王总</b>", "parse_mode": "HTML"},
}


async def test_inline_questions_are_answered(sandbox: Sandbox, call: Any) -> None:
    query = await sandbox.phone(LI).ask_inline("王")
    [update] = await call.ok("getUpdates")
    key = update["inline_query"]["id"]
    await call.ok("answerInlineQuery", inline_query_id=key, results=[ARTICLE], next_offset="10")

    answer = sandbox.phone(LI).inline_answer(query)
    assert [item["title"] for item in answer.results] == ["王总"]
    assert answer.more == "10"


async def test_a_chosen_result_is_sent_in_the_persons_name_via_the_bot(sandbox: Sandbox, call: Any) -> None:
    query = await sandbox.phone(LI).ask_inline("王")
    await call.ok("answerInlineQuery", inline_query_id=query, results=[ARTICLE])

    sent = await sandbox.phone(LI).choose_inline(query, "1")

    *_, update = await call.ok("getUpdates")
    assert sent.html == "<b>王总</b>"
    assert update["message"]["via_bot"]["is_bot"]
    assert update["message"]["from"]["id"] == LI


async def test_the_button_above_the_results_starts_the_bot(sandbox: Sandbox, call: Any) -> None:
    query = await sandbox.phone(LI).ask_inline("王")
    button = {"text": "先加入", "start_parameter": "join"}
    await call.ok("answerInlineQuery", inline_query_id=query, results=[], button=button)

    sent = await sandbox.phone(LI).tap_inline_button(query)

    assert sent.text == "/start join"


def article(**changes: Any) -> dict[str, Any]:
    return {"results": [{key: value for key, value in (ARTICLE | changes).items() if value is not None}]}


def text(words: str) -> dict[str, Any]:
    return article(input_message_content={"message_text": words, "parse_mode": "HTML"})


def button(**given: Any) -> dict[str, Any]:
    return {"results": [], "button": given}


WRONG = [
    ({"results": [ARTICLE | {"id": str(n)} for n in range(51)]}, "too many inline query results specified"),
    ({"results": [ARTICLE, ARTICLE]}, "RESULT_ID_DUPLICATE"),
    ({"results": {"id": "1"}}, "can't parse inline query results JSON object"),
    ({"results": ["王总"]}, "can't parse InlineQueryResult: Inline query result must be an object"),
    (article(id=None), "can't parse InlineQueryResult: Can't find field \"id\""),
    (article(id=1), "can't parse InlineQueryResult: Field \"id\" must be of type String"),
    (article(id=""), "RESULT_ID_EMPTY"),
    (article(id="王" * 22), "RESULT_ID_INVALID"),
    (article(title=""), "ARTICLE_TITLE_EMPTY"),
    (article(type="photo"), "this sandbox knows only results of the type article, not photo"),
    (article(input_message_content=None), "invalid inline message content specified"),
    (text(""), "message text is empty"),
    (text("长" * 4097), "message is too long"),
    (text("<b>王总"), "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
    (article(reply_markup={"inline_keyboard": [[{"text": "好", "callback_data": "x" * 65}]]}), "BUTTON_DATA_INVALID"),
    ({"results": [], "next_offset": "9" * 65}, "NEXT_OFFSET_INVALID"),
    (button(text="先加入", start_parameter=""), "can't use empty start_parameter"),
    (button(text="先加入", start_parameter="a b"), "unallowed characters in start_parameter are used"),
    (button(text="先加入", start_parameter="a" * 65), "too long start_parameter specified"),
    (button(text="先加入"), "InlineQueryResultsButton must have exactly one optional field"),
    (button(start_parameter="join"), "can't parse InlineQueryResultsButton: Can't find field \"text\""),
]  # fmt: skip


@pytest.mark.parametrize(("given", "told"), WRONG, ids=[told for _, told in WRONG])
async def test_a_wrong_answer_to_an_inline_question_is_refused(
    sandbox: Sandbox, call: Any, given: dict[str, Any], told: str
) -> None:
    query = await sandbox.phone(LI).ask_inline("王")

    body = await call("answerInlineQuery", inline_query_id=query, **given)

    assert body == {"ok": False, "error_code": 400, "description": f"Bad Request: {told}"}
    assert not sandbox.phone(LI).inline_answer(query).answered


async def test_fifty_results_with_ids_of_64_bytes_are_taken(sandbox: Sandbox, call: Any) -> None:
    query = await sandbox.phone(LI).ask_inline("王")

    await call.ok("answerInlineQuery", inline_query_id=query, results=[ARTICLE | {"id": f"{n:064}"} for n in range(50)])


async def test_a_tap_cannot_be_answered_as_an_inline_question_nor_the_other_way_round(
    sandbox: Sandbox, call: Any
) -> None:
    query = await sandbox.phone(LI).ask_inline("王")

    body = await call("answerCallbackQuery", callback_query_id=query)

    assert "query is too old" in body["description"]
