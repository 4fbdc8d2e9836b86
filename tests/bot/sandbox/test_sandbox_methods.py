"""Methods that are not about plain messages: files, keyboards, menus, profile, listeners."""

from __future__ import annotations

import struct
from typing import Any

import pytest

from bot.sandbox import ApiError
from bot.sandbox.files import Upload, image_size
from bot.sandbox.hub import Hub

LI, ZHOU = 11, 12


def jpeg(width: int, height: int) -> bytes:
    """The beginning of a JPEG: a comment block, then the frame header."""
    frame = b"\xff\xc0" + struct.pack(">HBHH", 17, 8, height, width) + bytes(10)
    return b"\xff\xd8\xff\xfe\x00\x04hi" + frame


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (b"GIF89a" + struct.pack("<HH", 7, 9) + bytes(4), (7, 9)),
        (jpeg(640, 480), (640, 480)),
        (b"\x89PNG\r\n\x1a\n" + bytes(8) + struct.pack(">II", 3, 4), (3, 4)),
    ],
)
def test_pictures_know_their_size(data: bytes, size: tuple[int, int]) -> None:
    assert image_size(data) == size


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"", b"\xff\xd8", b"GIF89a" + bytes(8)])
def test_what_is_no_picture_is_refused_as_one(data: bytes) -> None:
    with pytest.raises(ApiError, match="IMAGE_PROCESS_FAILED"):
        image_size(data)


async def test_a_file_is_sent_again_by_its_id_and_named_by_its_kind(sandbox: Any, call: Any) -> None:
    files = sandbox.world.files
    stored = files.keep("document", Upload("报表", "application/pdf", b"%PDF"))
    await call.ok("sendDocument", chat_id=LI, document=stored.id, caption="<b>报表</b>", parse_mode="HTML")
    keyboard = {"inline_keyboard": [[{"text": "好", "callback_data": "a"}]]}
    message = sandbox.phone(LI).last
    await call.ok("editMessageCaption", chat_id=LI, message_id=message.id, caption="换了", reply_markup=keyboard)

    assert stored.path.endswith(".pdf")
    assert (sandbox.phone(LI).last.text, sandbox.phone(LI).last.media) == ("换了", message.media)


async def test_a_file_above_20_megabytes_is_not_downloaded(sandbox: Any, call: Any) -> None:
    stored = sandbox.world.files.keep("document", Upload("大.bin", "", bytes(20 * 1024 * 1024 + 1)))

    assert await call.refused("getFile", file_id=stored.id) == "Bad Request: file is too big"


BUTTON = {"text": "好", "callback_data": "a"}


@pytest.mark.parametrize(
    ("markup", "refusal"),
    [
        ([], None),
        ({}, None),
        ({"force_reply": True, "input_field_placeholder": "写一句"}, None),
        ({"keyboard": [["好", {"text": "名片", "request_contact": True}]]}, None),
        ({"inline_keyboard": [[{"text": "抄", "copy_text": {"text": "王总"}}]]}, None),
        ({"inline_keyboard": []}, None),
        ("好", "can't parse reply markup JSON object"),
        ([1], "object expected as reply markup"),
        ({"color": 1}, "reply markup is not one of the supported kinds"),
        ({"inline_keyboard": [BUTTON]}, "can't parse reply keyboard markup JSON object: field"),
        ({"inline_keyboard": [["好"]]}, "can't parse inline keyboard button: expected an Object"),
        ({"inline_keyboard": [[{**BUTTON, "url": "a.b"}]]}, "can't parse inline keyboard button: exactly one"),
        ({"inline_keyboard": [[{"text": "抄", "copy_text": {"text": ""}}]]}, "BUTTON_COPY_TEXT_INVALID"),
        ({"keyboard": [[1]]}, "can't parse keyboard button: expected an Object"),
        ({"keyboard": [["好"]], "input_field_placeholder": "长" * 65}, "REPLY_MARKUP_INVALID"),
    ],
)
async def test_keyboards_are_taken_or_refused(call: Any, markup: object, refusal: str | None) -> None:
    answer = await call("sendMessage", chat_id=LI, text="问", reply_markup=markup)

    assert answer["ok"] is (refusal is None)
    assert answer.get("description", "").startswith("" if refusal is None else f"Bad Request: {refusal}")


async def test_a_pressed_contact_button_sends_a_card_and_goes_away(sandbox: Any, call: Any) -> None:
    markup = {"keyboard": [[{"text": "名片", "request_contact": True}]], "one_time_keyboard": True}
    await call.ok("sendMessage", chat_id=LI, text="问", reply_markup=markup)
    await sandbox.phone(LI).press("名片")
    [update] = await call.ok("getUpdates")

    assert update["message"]["contact"]["first_name"] == "小李"
    assert sandbox.phone(LI).keyboard == []


async def test_a_keyboard_is_taken_away(sandbox: Any, call: Any) -> None:
    await call.ok("sendMessage", chat_id=LI, text="问", reply_markup={"keyboard": [["好"]]})
    assert sandbox.phone(LI).keyboard == [["好"]]

    await call.ok("sendMessage", chat_id=LI, text="完", reply_markup={"remove_keyboard": True})

    assert sandbox.phone(LI).keyboard == []


async def test_menus_and_commands_go_from_the_narrow_to_the_wide(sandbox: Any, call: Any) -> None:
    wide, narrow = ([{"command": name, "description": name}] for name in ("wide", "narrow"))
    here = {"type": "chat", "chat_id": LI}
    await call.ok("setMyCommands", commands=wide, scope={"type": "all_private_chats"}, language_code="zh")
    await call.ok("setMyCommands", commands=narrow, scope=here)
    await call.ok("setChatMenuButton", chat_id=LI, menu_button={"type": "commands"})
    shown = sandbox.world.hub.listen()
    await call.ok("deleteMyCommands", scope=here)

    assert (await shown.get())["type"] == "people"
    assert await call.ok("getMyCommands", scope=here) == []
    assert await call.ok("getChatMenuButton", chat_id=LI) == {"type": "commands"}
    assert await call.ok("getChatMenuButton", chat_id=ZHOU) == {"type": "default"}
    assert (await call("setChatMenuButton", menu_button={"type": "moon"}))["ok"] is False


async def test_name_and_descriptions_are_kept(call: Any) -> None:
    await call.ok("setMyName", name="知客小助手")
    await call.ok("setMyShortDescription", short_description="销售教练")

    assert await call.ok("getMyName") == {"name": "知客小助手"}
    assert await call.ok("getMyShortDescription") == {"short_description": "销售教练"}
    assert (await call.ok("getMe"))["username"] == "zhike_demo_bot"


async def test_deleting_several_passes_over_those_that_are_gone(sandbox: Any, call: Any) -> None:
    sent = [(await call.ok("sendMessage", chat_id=LI, text=str(n)))["message_id"] for n in range(3)]
    await call.ok("deleteMessages", chat_id=LI, message_ids=[sent[0], 999, sent[2], sent[2]])

    assert [m.text for m in sandbox.phone(LI).messages] == ["1"]
    assert sandbox.phone(LI).transcript().endswith("知客 删了（第 1 条）\n知客 删了（第 3 条）\n")


def test_a_listener_that_fell_far_behind_loads_everything_again() -> None:
    hub = Hub()
    listener = hub.listen()
    for number in range(1001):
        hub.tell("message", number=number)

    assert listener.get_nowait() == {"type": "reload"}
    assert listener.empty()
