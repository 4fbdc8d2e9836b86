"""Guards: every command is in the menu or deliberately not, and every command of a menu works for its role."""

import pytest
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.application import HANDLERS
from bot.config import Config, PeopleSection
from cards.people import ADMIN_COMMANDS, COMMANDS, MANAGER_COMMANDS, ROLES, commands
from knowledge.systems import Systems
from tests.conftest import Office, StoppedClock, at_work
from tests.handlers.conftest import TROUBLE, answered_as, press

NOT_IN_THE_MENU = {"start"}  # Telegram has a button of its own for it
WHO = {"rep": 1001, "manager": 1003, "admin": 1009}
REGISTERED = {name for handler in HANDLERS if isinstance(handler, CommandHandler) for name in handler.commands}


def test_every_registered_command_is_in_a_menu_and_the_other_way_round() -> None:
    assert {*COMMANDS, *MANAGER_COMMANDS, *ADMIN_COMMANDS} == REGISTERED - NOT_IN_THE_MENU


def test_each_role_has_the_menu_of_the_one_below_and_more() -> None:
    rep, manager, admin = (set(commands(role)) for role in ROLES)

    assert rep == set(COMMANDS)
    assert manager == rep | set(MANAGER_COMMANDS)
    assert admin == manager | set(ADMIN_COMMANDS)


@pytest.mark.parametrize("role", ROLES)
def test_a_menu_is_inside_telegrams_limits(role: str) -> None:
    menu = commands(role)

    assert len(menu) <= 100
    assert all(1 <= len(zh) <= 256 and name.islower() and len(name) <= 32 for name, zh in menu.items())


@pytest.mark.parametrize("role", ROLES)
async def test_every_command_of_a_menu_works_for_its_role(
    lite: str, clock: StoppedClock, systems: Systems, role: str
) -> None:
    async with at_work(lite, clock, systems, config=Config(people=PeopleSection(admins=[1009]))) as office:
        who = WHO[role]
        await office.said("/start", who)
        refused = {}
        for command in commands(role):
            answer = await office.said(f"/{command}", who)
            if TROUBLE in answer or "没有这个命令" in answer or "请你的主管来操作" in answer or "管理员用的" in answer:
                refused[command] = answer
        assert refused == {}


@pytest.mark.parametrize("role", ROLES)
async def test_start_and_help_put_the_menu_of_the_role_into_the_chat(
    lite: str, clock: StoppedClock, systems: Systems, role: str
) -> None:
    async with at_work(lite, clock, systems, config=Config(people=PeopleSection(admins=[1009]))) as office:
        await office.said("/start", WHO[role])
        help_text = await office.said("/help", WHO[role])
        menu = await office.service.app.bot.get_my_commands(scope={"type": "chat", "chat_id": WHO[role]})

    assert {command.command for command in menu} == set(commands(role))
    assert all(f"/{name} " in help_text for name in commands(role))


async def test_everybody_else_sees_the_menu_of_a_rep(office: Office) -> None:
    menu = await office.service.app.bot.get_my_commands()

    assert {command.command for command in menu} == set(COMMANDS)


async def test_every_button_on_the_way_has_a_handler(office: Office) -> None:
    patterns = [h.pattern for h in HANDLERS if isinstance(h, CallbackQueryHandler) and h.pattern is not None]
    for text in ("/start", "/help", "/settings", "/customers", "/today", "/advice", "/advice 型", "/visit", "/remind"):
        await office.said(text)
    await office.said("/invite", 1003)
    await office.said("话不多，看了一会儿，问他也就点点头")
    await answered_as(office, "silent")
    for pattern in ("i:*:later", "i:*:types", "i:*:all", "i:*:show", "i:*:turns"):
        await press(office, pattern)
    await office.said("/practice")
    await office.said("/test")
    for pattern in ("q:whom", "q:for:*", "q:go:social_style:*", "q:*:a:contact:a", "q:*:skip", "q:*:pause"):
        await press(office, pattern)
    await office.said("钱总")
    for pattern in ("h:map:*", "h:add:*"):
        await press(office, pattern)
    await office.said("李工 影响大 铁头")
    await press(office, "h:as:*:no")
    await office.said("/check 钱总 爱买不买")
    await office.said("钱总")
    for pattern in ("p:grade:*", "p:edit:*", "p:erase:*"):
        await press(office, pattern)
    await office.said("/visit 钱总 投诉送货晚了两天")
    for pattern in ("k:open:*", "k:kind:*", "k:show:*", "k:past:*", "k:drop:*"):
        await press(office, pattern)
    await office.said("/visit 王建国 电话讲了检测报告")
    await press(office, "g:open:*")
    for text in ("/team", "/rep", "/rep 小李", "/overdue", "/funnel", "/types", "/settings"):
        await office.said(text, 1003)
    for pattern in ("t:see:*", "j:seen:0", "s:digest:*", "g:worth"):
        await press(office, pattern, 1003)
    chats = (office.phone(), office.phone(1003))
    data = {b.data for phone in chats for m in phone.messages for row in m.buttons for b in row if b.data}

    assert len(data) > 60
    assert {text for text in data if not any(pattern.match(text) for pattern in patterns)} == set()  # type: ignore[union-attr]
    assert max(len(text.encode()) for text in data) <= 64
