"""The page in a real browser, at the width of a phone."""

from __future__ import annotations

import asyncio
import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import Page, Route, async_playwright, expect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.sandbox import Sandbox

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
LI, ZHOU = 11, 12
INVITE = "https://t.me/zhike_demo_bot?start=team-7"
KEYS = {"inline_keyboard": [[{"text": "对，就是他", "callback_data": "yes"}], [{"text": "邀请", "url": INVITE}]]}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="no chromium on this machine (apt-get install chromium)"),
]


@pytest.fixture
async def page(url: str) -> AsyncIterator[Page]:
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = await browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", has_touch=True)
        opened = await context.new_page()
        faults: list[str] = []
        opened.on("pageerror", lambda error: faults.append(str(error)))
        opened.on("console", lambda entry: faults.append(entry.text) if entry.type == "error" else None)
        opened.on(
            "request", lambda request: None if request.url.startswith((url, "data:")) else faults.append(request.url)
        )
        await opened.goto(url)
        yield opened
        await browser.close()
        assert [fault for fault in faults if "ERR_INTERNET_DISCONNECTED" not in fault] == []


@pytest.fixture
async def bot(call: Any) -> AsyncIterator[None]:
    """Answers a text with a question and a tap with a toast and an edit."""

    async def run() -> None:
        offset = 0
        while True:
            for update in await call.ok("getUpdates", offset=offset, timeout=20):
                offset = update["update_id"] + 1
                await respond(call, update)

    task = asyncio.create_task(run())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def respond(call: Any, update: dict[str, Any]) -> None:
    if query := update.get("callback_query"):
        await asyncio.sleep(0.4)
        await call.ok("answerCallbackQuery", callback_query_id=query["id"], text="已记下")
        place = {"chat_id": query["from"]["id"], "message_id": query["message"]["message_id"]}
        await call.ok("editMessageText", **place, text="好，记成<b>分析型</b>。", parse_mode="HTML")
    elif query := update.get("inline_query"):
        found = [query["query"]] if query["query"] != "没有" else []
        results = [
            {
                "type": "article",
                "id": str(at),
                "title": f"{word}{at}",
                "description": "怎么打交道",
                "input_message_content": {"message_text": f"<b>{word}{at}</b>", "parse_mode": "HTML"},
            }
            for word in found
            for at in range(int(query["offset"] or 1), int(query["offset"] or 1) + 2)
        ]
        more = {"next_offset": "3"} if found and not query["offset"] else {}
        await call.ok("answerInlineQuery", inline_query_id=query["id"], results=results, **more)
    elif "via_bot" in update.get("message", {}):
        return
    elif message := update.get("message"):
        text = f"你说：{message['text']}，他更像 <b>分析型</b>"
        text = text.replace("<script>", "&lt;script&gt;").replace("</script>", "&lt;/script&gt;")
        await call.ok("sendMessage", chat_id=message["chat"]["id"], text=text, parse_mode="HTML", reply_markup=KEYS)


@pytest.mark.usefixtures("bot")
async def test_a_person_writes_taps_and_sees_the_answer(page: Page, sandbox: Sandbox) -> None:
    await page.get_by_test_id("composer").fill("<script>window.broken = 1</script> 王总只看数据")
    await page.get_by_test_id("send").click()

    button = page.locator('[data-callback="yes"]')
    await expect(button).to_be_visible()
    await expect(page.get_by_test_id("message").first).to_contain_text("<script>")
    await button.click()
    await expect(button).to_have_attribute("aria-busy", "true")
    await expect(page.get_by_test_id("toast")).to_have_text("已记下")
    await expect(page.get_by_test_id("message").last).to_contain_text("记成分析型")
    await expect(page.get_by_test_id("message").last).to_contain_text("已编辑")
    await expect(button).to_have_count(0)
    assert await page.evaluate("window.broken") is None
    assert sandbox.phone(LI).toasts == ["已记下"]


@pytest.mark.usefixtures("bot")
async def test_a_chosen_command_leaves_no_draft_behind(page: Page, call: Any) -> None:
    await call.ok("setMyCommands", commands=[{"command": "today", "description": "今天要联系谁"}])
    composer = page.get_by_test_id("composer")
    await page.get_by_test_id("menu").click()
    await composer.press_sequentially("/to")
    await page.locator('[data-command="today"]').click()
    await expect(page.get_by_test_id("message").first).to_contain_text("/today")
    await call.ok("sendMessage", chat_id=ZHOU, text="今天该联系刘姐")
    for person, shown in ((ZHOU, "今天该联系刘姐"), (LI, "/today")):
        await page.locator(f'[data-person="{person}"]').click()
        await expect(page.get_by_test_id("message").first).to_contain_text(shown)
        await expect(composer).to_have_value("")


@pytest.mark.usefixtures("bot")
async def test_people_are_switched_and_unread_messages_counted(page: Page, call: Any) -> None:
    await page.get_by_test_id("composer").fill("没写完的话")
    await call.ok("sendMessage", chat_id=ZHOU, text="今天该联系刘姐")
    zhou = page.locator(f'[data-person="{ZHOU}"]')
    await expect(zhou.locator(".badge")).to_have_text("1")
    await expect(page.get_by_test_id("notice")).to_contain_text("今天该联系刘姐")

    await zhou.click()

    await expect(page.get_by_test_id("message")).to_have_text(re.compile("今天该联系刘姐"))
    await expect(zhou.locator(".badge")).to_have_count(0)
    await expect(page.get_by_test_id("composer")).to_have_value("")
    await page.locator(f'[data-person="{LI}"]').click()
    await expect(page.get_by_test_id("composer")).to_have_value("没写完的话")


async def test_what_is_typed_before_the_page_has_loaded_is_kept(page: Page) -> None:
    typed = asyncio.Event()

    async def late(route: Route) -> None:
        await typed.wait()
        await route.continue_()

    await page.route("**/demo/state*", late)
    await page.reload(wait_until="commit")
    await page.get_by_test_id("composer").fill("没写完的话")
    await page.get_by_test_id("composer").press("Enter")  # nobody listens yet, or nobody is there to send it
    await page.locator("#stickers button").first.wait_for(state="attached")  # from now on the page listens
    await page.get_by_test_id("composer").press("Enter")
    typed.set()

    zhou = page.locator(f'[data-person="{ZHOU}"]')
    await expect(zhou).to_be_visible()
    await expect(page.get_by_test_id("composer")).to_have_value("没写完的话")
    await expect(page.get_by_test_id("message")).to_have_count(0)
    await zhou.click()
    await expect(page.get_by_test_id("composer")).to_have_value("")
    await page.locator(f'[data-person="{LI}"]').click()
    await expect(page.get_by_test_id("composer")).to_have_value("没写完的话")


@pytest.mark.usefixtures("bot")
async def test_a_deep_link_asks_who_opens_it(page: Page, sandbox: Sandbox) -> None:
    await page.get_by_test_id("composer").fill("王总")
    await page.get_by_test_id("composer").press("Enter")
    await page.get_by_role("button", name="邀请").last.click()
    await expect(page.get_by_test_id("dialog")).to_contain_text("以谁的身份打开")
    await page.locator('[data-choose="13"]').click()

    await expect(page.get_by_test_id("message").last).to_contain_text("/start team-7")
    assert sandbox.phone(13).messages[0].text == "/start team-7"


async def test_commands_are_offered_and_somebody_new_has_a_start_button(page: Page, call: Any) -> None:
    commands = [{"command": name, "description": words} for name, words in (("new", "新客户"), ("today", "今天"))]
    await call.ok("setMyCommands", commands=commands)
    await page.get_by_test_id("menu").click()
    await expect(page.get_by_test_id("commands")).to_contain_text("新客户")
    await page.get_by_test_id("menu").click()
    await page.get_by_test_id("composer").press_sequentially("/t")
    await page.get_by_test_id("composer").press("Enter")
    await expect(page.get_by_test_id("message").last).to_contain_text("/today")

    await page.get_by_test_id("add-person").click()
    await page.get_by_test_id("ask").fill("老张")
    await page.get_by_test_id("ask").press("Enter")
    await page.get_by_test_id("start").click()

    await expect(page.get_by_test_id("message")).to_contain_text("/start")
    await expect(page.get_by_test_id("composer")).to_be_visible()


@pytest.mark.usefixtures("bot")
async def test_what_is_typed_behind_the_bots_name_is_asked_and_a_result_is_sent(page: Page, sandbox: Sandbox) -> None:
    composer, offers = page.get_by_test_id("composer"), page.get_by_test_id("inline")
    await composer.fill("@zhike_demo_bot 杀价")
    await expect(offers.get_by_role("option")).to_have_count(2)
    await offers.get_by_text("再看一些").click()
    await expect(offers.get_by_role("option")).to_have_count(4)
    await composer.press("ArrowDown")
    await composer.press("Enter")

    await expect(page.get_by_test_id("message")).to_have_count(1)
    await expect(page.get_by_test_id("message")).to_contain_text("杀价2")
    await expect(page.get_by_test_id("message")).to_contain_text("来自 知客")
    await expect(offers).to_be_hidden()
    await expect(composer).to_have_value("")
    await composer.fill("@bot 杀价")
    await offers.get_by_text("再看一些").click()
    await offers.get_by_text("杀价3").click()
    await expect(page.get_by_test_id("message").last).to_contain_text("杀价3")
    assert [message.via_bot for message in sandbox.phone(LI).messages] == [True, True]


@pytest.mark.usefixtures("bot")
async def test_a_question_to_the_bot_without_a_result_is_not_sent_as_a_message(page: Page, sandbox: Sandbox) -> None:
    await page.get_by_test_id("composer").fill("@zhike_demo_bot 没有")
    await expect(page.get_by_test_id("inline")).to_have_text("没有找到，换几个字试试")
    await page.get_by_test_id("composer").press("Enter")
    await expect(page.get_by_test_id("toast")).to_have_text("等机器人给出结果，再点一个")
    await page.get_by_test_id("composer").fill("@zhike_demo_bot")
    await expect(page.get_by_test_id("inline")).to_be_hidden()

    assert sandbox.phone(LI).messages == []


async def test_the_clock_is_moved_from_the_page(page: Page, clock: Any) -> None:
    await page.get_by_test_id("clock-chip").click()
    await page.get_by_test_id("clock-morning").click()

    await expect(page.get_by_test_id("clock-chip")).to_contain_text("11/24 08:30")
    assert clock.now().isoformat() == "2026-11-24T00:30:00+00:00"


async def test_of_the_dates_at_the_top_only_the_last_is_seen_and_it_gets_out_of_the_way(
    page: Page, call: Any, clock: Any
) -> None:
    for _ in range(3):
        sent = await call.ok("sendMessage", chat_id=LI, text="一行\n" * 40)
        clock.jump_to(clock.now() + timedelta(days=1))
    await expect(page.locator(".day")).to_have_count(3)
    await expect(page.get_by_test_id("message").last).to_be_in_viewport()

    await expect(page.locator(".day").last).to_be_visible()
    await expect(page.locator(".day:visible")).to_have_count(1)
    await expect(page.locator(".day").last).to_have_class(re.compile("passing"))
    await call.ok("editMessageText", chat_id=LI, message_id=sent["message_id"], text="一行\n" * 41)
    await expect(page.get_by_test_id("message").last).to_contain_text("已编辑")
    await expect(page.locator(".day").last).to_have_class(re.compile("passing"))


async def test_dark_light_and_nothing_wider_than_the_phone(page: Page, call: Any) -> None:
    await call.ok("sendMessage", chat_id=LI, text="长" * 300 + "https://example.com/" + "a" * 200, reply_markup=KEYS)
    await expect(page.get_by_test_id("message")).to_be_visible()
    before = await page.evaluate("getComputedStyle(document.querySelector('.bubble')).backgroundColor")
    await page.get_by_test_id("theme").click()

    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert await page.evaluate("getComputedStyle(document.querySelector('.bubble')).backgroundColor") != before
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    small = await page.evaluate(
        """[...document.querySelectorAll('button, a.file, input, textarea')]
           .filter((node) => node.offsetParent && !node.closest('.side:not(.open)') && node.offsetHeight < 40)
           .map((node) => node.outerHTML.slice(0, 80))"""
    )
    assert small == []


async def test_the_page_finds_its_way_back_after_the_server_was_gone(page: Page, sandbox: Sandbox, call: Any) -> None:
    await page.context.set_offline(True)
    sandbox.world.hub.close()
    await expect(page.get_by_test_id("offline")).to_be_visible()
    await call.ok("sendMessage", chat_id=LI, text="这段时间来的")
    await page.context.set_offline(False)

    await expect(page.get_by_test_id("message")).to_contain_text("这段时间来的", timeout=15000)
    await expect(page.get_by_test_id("offline")).to_be_hidden()
