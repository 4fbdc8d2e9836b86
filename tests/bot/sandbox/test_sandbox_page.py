"""What the page asks of the server: the state, the actions, the clock, the live events, and who may ask."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from bot.sandbox import Sandbox, SandboxPerson, serve

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LI, ZHOU, STRANGER = 11, 12, 13
ALLOWED = {"X-Zhike-Demo": "1"}


async def act(call: Any, verb: str, **facts: object) -> tuple[int, dict[str, Any]]:
    async with call.session.post(f"{call.url}/demo/act/{verb}", json=facts, headers=ALLOWED) as response:
        return response.status, await response.json()


async def state(call: Any, person: int = LI) -> dict[str, Any]:
    async with call.session.get(f"{call.url}/demo/state?person={person}") as response:
        body: dict[str, Any] = await response.json()
        return body


@asynccontextmanager
async def events(call: Any) -> AsyncIterator[Any]:
    """A function that reads on to the next event of a kind."""
    async with call.session.get(f"{call.url}/demo/events") as response:

        async def until(kind: str) -> dict[str, Any]:
            async for line in response.content:
                if line.startswith(b"data: "):
                    event: dict[str, Any] = json.loads(line[6:])
                    if event["type"] == kind:
                        return event
            raise AssertionError(f"no {kind}")

        await until("clock")
        yield until


async def test_the_page_and_its_parts_are_served_without_anything_from_outside(call: Any) -> None:
    async with call.session.get(f"{call.url}/") as response:
        page = await response.text()
        policy = response.headers["Content-Security-Policy"]

    parts = [part.split('"')[0] for part in page.split('"/page/')[1:]]
    assert "default-src 'none'" in policy
    assert "app.js" in parts
    for part in parts:
        async with call.session.get(f"{call.url}/page/{part}") as response:
            assert response.status == 200
            assert "://" not in (await response.text()).replace("http://www.w3.org/", "").replace("https://${", "")


async def test_a_strange_host_and_a_strange_site_are_turned_away(call: Any) -> None:
    session, url = call.session, call.url
    async with session.get(f"{url}/demo/state", headers={"Host": "evil.example"}) as response:
        assert response.status == 403
    async with session.post(f"{url}/demo/act/say", json={"person": LI, "text": "好"}) as response:
        assert response.status == 403
    async with session.get(f"{url}/demo/state", headers={"Host": "localhost:1"}) as response:
        assert response.status == 200


async def test_the_state_has_the_chat_the_people_and_the_commands(call: Any) -> None:
    await call.ok("setMyCommands", commands=[{"command": "new", "description": "新客户"}])
    team = [{"command": "team", "description": "团队"}]
    await call.ok("setMyCommands", commands=team, scope={"type": "chat", "chat_id": ZHOU})
    await call.ok("sendMessage", chat_id=LI, text="<b>早</b>", parse_mode="HTML")

    body, other = await state(call), await state(call, ZHOU)

    assert body["messages"][0]["entities"] == [{"type": "bold", "offset": 0, "length": 1}]
    assert [p["name"] for p in body["people"]] == ["小李", "小周", "小陈"]
    assert [p["unread"] for p in body["people"]] == [1, 0, 0]
    assert body["chat"]["commands"] == [{"command": "new", "description": "新客户"}]
    assert other["chat"]["commands"] == team
    assert body["now"] == "2026-11-23T08:30:00+08:00"


async def test_every_action_of_the_page_reaches_the_bot(sandbox: Sandbox, call: Any) -> None:
    sent = await call.ok("sendMessage", chat_id=LI, text="问", reply_markup={"keyboard": [["好"]]})
    said = await sandbox.phone(LI).say("话")
    deeds: list[tuple[str, dict[str, object]]] = [
        ("say", {"text": "回", "reply_to": sent["message_id"]}),
        ("press", {"text": "好"}),
        ("tap", {"message_id": sent["message_id"], "data": "x"}),
        ("open", {"link": "https://t.me/zhike_demo_bot?start=abc"}),
        ("edit", {"message_id": said.id, "text": "话改"}),
        ("forward", {"message_id": sent["message_id"]}),
        ("voice", {}),
        ("sticker", {"emoji": "👌"}),
        ("read", {}),
        ("block", {"blocked": True}),
        ("block", {"blocked": False}),
    ]
    for verb, facts in deeds:
        assert (await act(call, verb, person=LI, **facts))[0] == 200, verb

    updates = await call.ok("getUpdates")
    kinds = [next(key for key in update if key != "update_id") for update in updates]
    assert (
        kinds
        == ["message"] * 3 + ["callback_query", "message", "edited_message"] + ["message"] * 3 + ["my_chat_member"] * 2
    )
    assert updates[1]["message"]["reply_to_message"]["text"] == "问"
    assert updates[6]["message"]["forward_origin"]["sender_user"]["is_bot"] is True
    assert (await state(call))["chat"]["unread"] == 0


@pytest.mark.parametrize(
    ("verb", "facts", "status"),
    [
        ("say", {"person": LI, "text": "  "}, 400),
        ("say", {"person": 999, "text": "好"}, 404),
        ("say", {"person": LI}, 400),
        ("press", {"person": LI, "text": "没有"}, 400),
        ("fly", {"person": LI}, 404),
    ],
)
async def test_what_cannot_be_done_is_said_in_a_sentence(
    call: Any, verb: str, facts: dict[str, object], status: int
) -> None:
    code, body = await act(call, verb, **facts)

    assert code == status
    assert body["error"]


async def test_an_inline_question_of_the_page_is_answered_and_a_result_sent(sandbox: Sandbox, call: Any) -> None:
    article = {"type": "article", "id": "a", "title": "杀价型", "input_message_content": {"message_text": "守住价"}}
    button = {"text": "先加入", "start_parameter": "join"}
    async with events(call) as heard:
        _, asked = await act(call, "inline", person=LI, text="杀价")
        await call.ok("answerInlineQuery", inline_query_id=asked["result"], results=[article], button=button)
        told = await heard("inline")
    chosen = await act(call, "offered", person=LI, query=asked["result"], result="a")
    above = await act(call, "above", person=LI, query=asked["result"])
    strange = await act(call, "offered", person=LI, query=asked["result"], result="b")

    assert told["results"] == [{"id": "a", "title": "杀价型", "description": None}]
    assert (told["query"], told["button"], told["more"]) == (asked["result"], button, "")
    assert [chosen[0], above[0], strange[0]] == [200, 200, 400]
    assert [(message.text, message.via_bot) for message in sandbox.phone(LI).messages] == [
        ("守住价", True),
        ("/start join", False),
    ]


async def test_files_go_up_and_come_down_but_never_run(call: Any, png: bytes) -> None:
    for kind, name, data in (("photo", "图.png", png), ("document", "页.html", b"<script>1</script>")):
        form = aiohttp.FormData({"person": str(LI), "kind": kind, "caption": "看"}, quote_fields=False)
        form.add_field("file", data, filename=name, content_type="text/html")
        async with call.session.post(f"{call.url}/demo/upload", data=form, headers=ALLOWED) as response:
            assert response.status == 200
    picture, page = [m["media"] for m in (await state(call))["messages"]]

    async with call.session.get(f"{call.url}/demo/file/{picture['file_id']}") as response:
        assert (response.content_type, await response.read()) == ("image/jpeg", png)
    async with call.session.get(f"{call.url}/demo/file/{page['file_id']}") as response:
        assert response.content_type == "application/octet-stream"
        assert response.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E9%A1%B5.html")


async def test_a_new_person_is_unknown_to_the_bot_until_they_write(call: Any) -> None:
    async with call.session.post(f"{call.url}/demo/people", json={"name": "老张"}, headers=ALLOWED) as response:
        person = (await response.json())["person"]

    assert await call.refused("sendMessage", chat_id=person, text="好") == "Bad Request: chat not found"
    await act(call, "say", person=person, text="/start")
    await call.ok("sendMessage", chat_id=person, text="好")
    assert (await state(call, person))["chat"]["started"] is True


async def test_events_tell_what_happens(sandbox: Sandbox, call: Any) -> None:
    async with events(call) as until:
        await call.ok("sendChatAction", chat_id=LI, action="typing")
        assert (await until("typing"))["person"] == LI
        sent = await call.ok("sendMessage", chat_id=LI, text="一")
        assert (await until("message"))["unread"] == 1
        query = await sandbox.phone(LI).tap_data(sent["message_id"], "a")
        assert (await until("tap"))["query"] == query
        await call.ok("answerCallbackQuery", callback_query_id=query, text="好", show_alert=True)
        answer = await until("answer")
        assert (answer["query"], answer["text"], answer["alert"]) == (query, "好", True)
        await call.ok("editMessageText", chat_id=LI, message_id=sent["message_id"], text="二")
        assert (await until("edit"))["message"]["text"] == "二"
        await call.ok("deleteMessage", chat_id=LI, message_id=sent["message_id"])
        assert (await until("delete"))["message"]["id"] == sent["message_id"]


@pytest.mark.parametrize(
    ("wish", "now"),
    [
        ("morning", "2026-11-24T08:30:00+08:00"),
        ("hour", "2026-11-23T09:30:00+08:00"),
        ("evening", "2026-11-23T18:00:00+08:00"),
        ("2026-12-01T07:05", "2026-12-01T07:05:00+08:00"),
        ("2026-12-01T07:05:00+00:00", "2026-12-01T15:05:00+08:00"),
    ],
)
async def test_the_clock_jumps_and_what_falls_due_is_awaited(clock: Any, calling: Any, wish: str, now: str) -> None:
    due: list[str] = []

    async def on_jump() -> None:
        due.append(clock.now().isoformat())

    people = (SandboxPerson(LI, "小李", "li"),)
    sandbox = Sandbox(token="700001:sandbox-token", people=people, clock=clock, on_jump=on_jump)
    async with serve(sandbox) as url:
        call = calling(url)
        async with call.session.post(f"{url}/demo/clock", json={"to": wish}, headers=ALLOWED) as response:
            body = await response.json()

    assert body["ok"]
    assert body["now"] == now
    assert body["morning"].endswith("早上 8:30")
    assert len(due) == 1


async def test_somebody_who_is_not_listed_can_be_written_to(clock: Any, calling: Any) -> None:
    people = (SandboxPerson(LI, "小李", "li"), SandboxPerson(ZHOU, "小周", "zhou", started=True, listed=False))
    async with serve(Sandbox(token="700001:sandbox-token", people=people, clock=clock)) as url:
        call = calling(url)
        await call.ok("sendMessage", chat_id=ZHOU, text="帮你留意着")
        async with call.session.get(f"{url}/demo/state") as response:
            body = await response.json()

    assert [person["id"] for person in body["people"]] == [LI]


async def test_the_clock_does_not_go_back(clock: Any, call: Any) -> None:
    before = (clock.now() - timedelta(days=1)).isoformat()
    for wish, sentence in ((before, "时间只能往后拨"), ("昨天", "看不懂这个时间")):
        async with call.session.post(f"{call.url}/demo/clock", json={"to": wish}, headers=ALLOWED) as response:
            assert (response.status, (await response.json())["error"]) == (400, sentence)


async def jumped(call: Any, wish: str) -> dict[str, Any]:
    """Jump the clock; what the page is told of it."""
    async with call.session.post(f"{call.url}/demo/clock", json={"to": wish}, headers=ALLOWED) as response:
        body: dict[str, Any] = await response.json()
        return body


async def test_before_the_morning_the_next_one_is_that_of_today(clock: Any, calling: Any) -> None:
    people = (SandboxPerson(LI, "小李", "li"),)
    async with serve(Sandbox(token="700001:sandbox-token", people=people, clock=clock)) as url:
        call = calling(url)
        early, then = [await jumped(call, wish) for wish in ("2026-11-30T07:00", "morning")]

    assert early["morning"] == "到今天早上 8:30"
    assert then["now"] == "2026-11-30T08:30:00+08:00"
    assert then["morning"] == "到明天早上 8:30"


async def test_the_next_morning_is_one_on_which_people_work(clock: Any, calling: Any) -> None:
    def monday(day: date) -> date:
        return day + timedelta(days=-day.weekday() % 7)

    people = (SandboxPerson(LI, "小李", "li"),)
    sandbox = Sandbox(token="700001:sandbox-token", people=people, clock=clock, working_from=monday)
    async with serve(sandbox) as url:
        call = calling(url)
        async with call.session.post(f"{url}/demo/clock", json={"to": "morning"}, headers=ALLOWED) as response:
            body = await response.json()

    assert body["now"] == "2026-11-30T08:30:00+08:00"
    assert body["morning"] == "到12月7日早上 8:30"
