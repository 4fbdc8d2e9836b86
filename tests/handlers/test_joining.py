"""Who may come in, and how."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from bot.config import Config, PeopleSection
from knowledge.systems import Systems
from store import alarms, people
from store.tables import Invite, Person, Receipt
from tests.conftest import Office, StoppedClock, at_work
from tests.handlers.conftest import person, press

STRANGER = 1009
REFUSAL = "你好，这个助手只给受邀的团队成员用。请向你的主管要一个邀请链接。"


async def link_from(office: Office, command: str = "/invite rep", by: int = 1003) -> str:
    """An invitation link."""
    await office.said(command, by)
    return next(line for line in office.phone(by).last.text.splitlines() if line.startswith("https://"))


async def opened(office: Office, link: str, by: int = STRANGER) -> str:
    """What the bot says to somebody who opens a link."""
    await office.phone(by).open_link(link)
    await office.phone(by).settled()
    return office.phone(by).last.text


def known(office: Office, telegram_id: int = STRANGER) -> Person | None:
    """Somebody's row, if there is one."""
    return office.db.read_now(people.by_telegram, telegram_id)


@pytest.mark.parametrize(
    "text", ["你好", "/start", "/help", "/new 王总", "/customers", "/team", "/health", "/zzz", "😀", "hi"]
)
async def test_a_stranger_is_refused_politely_whatever_is_said(office: Office, text: str) -> None:
    answer = await office.said(text, STRANGER)

    assert answer == REFUSAL
    assert sum(message.from_bot for message in office.phone(STRANGER).messages) == 1
    assert known(office) is None


async def test_a_stranger_is_refused_politely_whatever_is_sent_or_tapped(office: Office) -> None:
    phone = office.phone(STRANGER)
    await office.said("在吗", STRANGER)
    for act in (phone.send_voice(), phone.send_sticker(), phone.send_contact("王总", "+8613900000000")):
        await act
        await phone.settled()
    for data in ("new", "p:open:1", "p:page:0", "r:today", "i:1:1:show", "s:ask:push", "v:admin", "x:next", "zzz"):
        await phone.tap_data(phone.last.id, data)
        await phone.settled()

    said = [message.text for message in phone.messages if message.from_bot]
    assert set(said) == {REFUSAL}
    assert len(said) == 13
    assert phone.toasts == []


async def test_nothing_is_kept_of_a_stranger(office: Office) -> None:
    await office.said("你好", STRANGER)

    with Session(office.db.engine) as session:
        assert session.exec(select(Receipt)).all() == []


async def test_a_link_lets_one_person_in_once(either_office: Office) -> None:
    office = either_office
    link = await link_from(office)
    welcome = await opened(office, link)
    joined = known(office)
    again = await opened(office, link)
    team = person(office, 1003).team_id

    assert "欢迎" in welcome
    assert "销售" in welcome
    assert joined is not None
    assert (joined.role, joined.team_id) == ("rep", team)
    assert joined.next_push_at is not None
    assert "欢迎" not in again


async def test_a_used_link_does_not_let_a_second_person_in(office: Office) -> None:
    link = await link_from(office)
    with Session(office.db.engine) as session:
        session.exec(select(Invite)).one().used_at = office.clock.now()
        session.commit()

    answer = await opened(office, link)

    assert "用不了" in answer
    assert known(office) is None


async def test_an_expired_link_lets_nobody_in(office: Office) -> None:
    link = await link_from(office)
    office.clock.forward(hours=72, seconds=1)

    assert "用不了" in await opened(office, link)
    assert known(office) is None


async def test_a_link_works_until_it_expires(office: Office) -> None:
    link = await link_from(office)
    office.clock.forward(hours=71, minutes=59)

    assert "欢迎" in await opened(office, link)


@pytest.mark.parametrize("code", ["x", "a" * 64, "__", "-"])
async def test_a_made_up_code_lets_nobody_in(office: Office, code: str) -> None:
    answer = await opened(office, f"https://t.me/zhike_demo_bot?start={code}")

    assert "用不了" in answer
    assert known(office) is None


async def test_only_the_hash_of_a_code_is_kept(office: Office) -> None:
    link = await link_from(office)
    code = link.partition("start=")[2]

    with Session(office.db.engine) as session:
        row = session.exec(select(Invite)).one()
        assert len(code) >= 20
        assert code not in repr(row)


async def test_a_maker_who_tries_the_own_link_does_not_use_it_up(office: Office) -> None:
    link = await link_from(office)
    await opened(office, link, by=1003)
    still = person(office, 1003).role
    welcome = await opened(office, link)

    assert still == "manager"
    assert "欢迎" in welcome


async def test_a_member_who_comes_by_link_gets_the_new_role(office: Office) -> None:
    link = await link_from(office, "/invite manager")
    await opened(office, link, by=1002)

    assert person(office, 1002).role == "manager"


@pytest.mark.parametrize("words", ["/invite 销售", "/invite rep 城西二组"])
async def test_a_manager_invites_into_the_own_team(office: Office, words: str) -> None:
    link = await link_from(office, words)
    await opened(office, link)

    joined = known(office)
    assert joined is not None
    assert joined.team_id == person(office, 1003).team_id


@pytest.mark.parametrize("command", ["/team", "/invite", "/invite rep", "/invite admin", "/health"])
async def test_a_rep_is_refused_politely_what_managers_do(office: Office, command: str) -> None:
    answer = await office.said(command)

    assert answer == "这个功能是主管用的。需要的话，请你的主管来操作。"


async def test_health_is_not_for_managers(office: Office) -> None:
    assert "管理员" in await office.said("/health", 1003)


@pytest.fixture
def admins() -> Config:
    """A configuration that names the stranger as admin."""
    return Config(people=PeopleSection(admins=[STRANGER]))


async def test_an_admin_of_the_configuration_comes_in_without_a_link(
    lite: str, clock: StoppedClock, systems: Systems, admins: Config
) -> None:
    async with at_work(lite, clock, systems, config=admins) as office:
        welcome = await office.said("/start", STRANGER)
        health = await office.said("/health", STRANGER)
        team = await office.said("/team", STRANGER)
        link = await link_from(office, "/invite manager 城西二组", STRANGER)

    assert "管理员" in welcome
    assert "运行情况" in health
    assert "小李" in team
    assert "小周" in team
    assert link


async def test_an_admin_sees_who_cannot_be_reached_and_what_was_pushed(
    lite: str, clock: StoppedClock, systems: Systems, admins: Config
) -> None:
    async with at_work(lite, clock, systems, config=admins) as office:
        await office.said("/start", STRANGER)
        office.sandbox.block(1002)
        clock.forward(hours=23, minutes=30)
        await office.service.tick()
        answer = await office.said("/health", STRANGER)

    assert "11月24日 08:30" in answer
    assert "小周" in answer


async def test_the_manager_is_told_of_a_rep_whom_messages_do_not_reach(office: Office, clock: StoppedClock) -> None:
    office.sandbox.block(1002)
    clock.forward(hours=23, minutes=30)
    await office.service.tick()
    await office.service.tick()
    await office.phone(1003).settled()

    told = [message.text for message in office.phone(1003).messages if "收不到我的消息" in message.text]
    assert len(told) == 1
    assert "小周" in told[0]


async def test_health_says_what_is_wrong_what_was_what_comes_and_why_messages_did_not_arrive(
    lite: str, clock: StoppedClock, systems: Systems, admins: Config
) -> None:
    async with at_work(lite, clock, systems, config=admins) as office:
        await office.said("/start", STRANGER)
        clock.forward(hours=23, minutes=30)
        office.sandbox.fail_next("sendMessage", drop="after")
        await office.service.tick()
        office.db.write_now(alarms.begin, "disk", 420, clock.now())
        answer = await office.said("/health", STRANGER)

    lines = office.phone(STRANGER).last.text.splitlines()
    assert "⚠️ 磁盘快满了（11月24日 08:30 起，剩 420 MB）" in lines
    assert "心跳：0 秒前" in lines
    assert any(line.startswith("上一次推送：11月24日 08:30–08:30，送到") for line in lines)
    assert any(line.startswith("下一次推送：11月25日 08:30，") for line in lines)
    assert "七天内没把握送到的：1（网络半路断了 1）" in lines
    assert "磁盘剩余" in answer


async def test_a_rep_sees_when_the_last_message_came_and_the_next_one_will(office: Office, clock: StoppedClock) -> None:
    before = await office.said("/settings")
    clock.forward(hours=23, minutes=30)
    await office.service.tick()
    answer = await office.said("/settings")

    assert "上一次" not in before
    assert "\n上一次：11月24日 08:30 送到了" in answer
    assert "11月25日 08:30 早上的清单" in answer


async def test_a_manager_sees_the_own_team_only(
    lite: str, clock: StoppedClock, systems: Systems, admins: Config
) -> None:
    async with at_work(lite, clock, systems, config=admins) as office:
        await office.said("/start", STRANGER)
        link = await link_from(office, "/invite manager 城西二组", STRANGER)
        await opened(office, link, by=1002)
        answer = await office.said("/team", 1002)

    assert "城西二组" in answer
    assert "小李" not in answer


async def test_who_left_is_a_stranger_until_invited_again(office: Office) -> None:
    with Session(office.db.engine) as session:
        row = session.exec(select(Person).where(Person.telegram_id == 1002)).one()
        row.active = False
        session.commit()
    refused = await office.said("/customers", 1002)
    await opened(office, await link_from(office), by=1002)
    back = await office.said("/customers", 1002)

    assert refused == REFUSAL
    assert "吴涛" in "".join(button.text for line in office.phone(1002).last.buttons for button in line)
    assert "客户" in back


async def test_who_blocked_the_bot_is_reachable_again_after_start(office: Office) -> None:
    office.sandbox.block(1002)
    office.clock.forward(hours=23, minutes=30)
    await office.service.tick()
    await office.phone(1002).settled()
    gone = person(office, 1002).unreachable
    office.sandbox.block(1002, blocked=False)
    await office.said("/start", 1002)

    assert gone
    assert not person(office, 1002).unreachable


async def test_the_next_push_of_a_new_person_is_the_next_working_morning(office: Office) -> None:
    office.clock.forward(days=4)  # Friday
    await opened(office, await link_from(office))

    joined = known(office)
    assert joined is not None
    assert joined.next_push_at == office.clock.now().replace(hour=0, minute=30) + timedelta(days=3)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("7点", "07:00"),
        ("早上八点半", "08:30"),
        ("八点", "08:00"),
        ("7:05", "07:05"),
        ("08：10", "08:10"),
        ("19.45", "19:45"),
        ("6点30分", "06:30"),
    ],
)
async def test_a_push_time_of_any_usual_writing_is_taken(office: Office, written: str, meant: str) -> None:
    await office.said("/settings")
    await press(office, "s:page:push")
    await press(office, "s:ask:push")
    await office.said(written)

    assert person(office).push_at == meant


@pytest.mark.parametrize("written", ["24:00", "8:60", "早上", "-1:00", "٨:٣٠"])
async def test_a_push_time_that_does_not_exist_is_asked_for_again(office: Office, written: str) -> None:
    await office.said("/settings")
    await press(office, "s:page:push")
    await press(office, "s:ask:push")
    answer = await office.said(written)

    assert "没看懂" in answer
    assert person(office).push_at == "08:30"
    assert person(office).awaiting == "push"


@pytest.mark.parametrize(
    "data",
    [
        "s:push:8点",
        "s:push:25:00",
        "s:push:٠٨:٣٠",
        "s:tz:Mars/Olympus",
        "s:push:",
        "s:",
        "s:page:zzz",
        "s:quiet:8",
        "s:lead:721",
        "s:lead:٣",
        "s:away:2026",
        "s:evening:25:00",
        "s:ask:zzz",
    ],
)
async def test_made_up_settings_leave_a_time_that_works(office: Office, data: str) -> None:
    await office.said("/settings")
    await office.phone().tap_data(office.phone().last.id, data)
    await office.phone().settled()

    assert person(office).push_at in {"08:30", "08:00"}
    assert person(office).tz == "Asia/Shanghai"


async def test_a_manager_ends_the_digest_and_a_rep_has_none_to_end(office: Office) -> None:
    rep = await office.said("/settings")
    before = await office.said("/settings", 1003)
    after = await press(office, "s:digest:off", 1003)
    again = await press(office, "s:digest:on", 1003)

    assert "团队" not in rep
    assert "说三件要你看的事" in before
    assert "不说团队的事" in after
    assert again == before


async def test_a_rep_reads_who_sees_what_and_somebody_without_a_manager_that_nobody_does(office: Office) -> None:
    await office.said("/settings")
    rep = await press(office, "j:seen:0")
    await office.said("/settings", 1003)
    manager = await press(office, "j:seen:0", 1003)

    assert "陈主管（主管，城东一组）" in rep
    assert "练习里的回答和对错" in rep
    assert "现在没有别人能看" in manager
    assert "看不到别的团队的" in manager
