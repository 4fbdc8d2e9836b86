"""The bot in a group: a manager's figures without a customer, one polite line where nobody claimed the group."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlmodel import Session
from telegram import ChatMember

from bot import sample
from bot.sandbox.group import Group
from bot.sandbox.wire import RIGHTS
from bot.service import open_database
from cards.card import Act
from cards.people import stale
from handlers import groups
from store import groups as rows
from store import people
from store.tables import GroupChat
from tests.conftest import Office, StoppedClock
from tests.handlers.conftest import golden, press
from tests.handlers.test_scope import COLLEAGUE, ELSEWHERE, MANAGER, REP, UNKNOWN, Floor, secrets, words

GROUP = -1001234


@pytest.fixture
def floor(lite: str, clock: StoppedClock, systems: Any) -> Floor:
    """The sample team, and a manager of another branch."""
    db = open_database(lite)

    def fill(session: Session) -> None:
        sample.fill(session, clock.now())
        team = people.team_named(session, "城西组").id
        people.join(session, telegram_id=ELSEWHERE, name="别的主管", role="manager", team_id=team, tz="UTC",
                    push_at="08:30", now=clock.now())  # fmt: skip

    db.write_now(fill)
    return Floor(db, clock, systems)


def answered(floor: Floor, who: int, text: str) -> Sequence[Act]:
    """What the bot decides about a command in the group."""
    floor.number += 1
    name, _, rest = text.removeprefix("/").partition(" ")
    desk = floor.ear.desk
    return floor.db.write_now(groups._answer, desk, floor.number, GROUP, who, name=name, text=rest)


def test_a_group_that_nobody_claimed_gets_one_polite_line(floor: Floor) -> None:
    said = [words(answered(floor, who, "/team")) for who in (UNKNOWN, REP, MANAGER, UNKNOWN)]

    assert "/here" in said[0]
    assert said[1:] == ["", "", ""]


def test_a_manager_claims_the_group_and_gets_figures_without_a_customer(floor: Floor) -> None:
    hidden = secrets(floor.db, REP) | secrets(floor.db, COLLEAGUE)
    told = [
        words(answered(floor, MANAGER, text)) for text in ("/here", "/team", "/list A级", "/list 王建国", "/customers")
    ]

    assert "城东一组" in told[0]
    assert "在跟的客户：<b>12</b> 位" in told[1]
    assert "A 级：<b>4</b> 位" in told[2]
    assert "小李 2" in told[2]
    assert [text for text in hidden for one in told if text in one] == []
    assert "私聊" in told[4]
    with Session(floor.db.engine) as session:
        manager = people.by_telegram(session, MANAGER)
        assert manager is not None
        assert [row.chat_id for row in rows.managed(session, manager)] == [GROUP]


def test_others_get_no_figures_there(floor: Floor) -> None:
    answered(floor, MANAGER, "/here")
    said = {who: words(answered(floor, who, "/team")) for who in (REP, ELSEWHERE, UNKNOWN)}

    assert "只听主管的" in said[REP]
    assert "只听主管的" in said[ELSEWHERE]
    assert said[UNKNOWN] == ""


def test_an_update_that_comes_again_gets_the_same_answer(floor: Floor) -> None:
    desk = floor.ear.desk
    first = floor.db.write_now(groups._answer, desk, 7, GROUP, UNKNOWN, name="team", text="")
    again = floor.db.write_now(groups._answer, desk, 7, GROUP, UNKNOWN, name="team", text="")

    assert first == again != []


# --- over HTTP, with a group in the sandbox ---------------------------------------------------------------------------

GROWN, STRANGER = -1001234567890, 1009


async def tick(office: Office, **on: float) -> None:
    """Time goes on, and what is due is sent."""
    office.clock.forward(**on)
    await office.service.push.tick(office.clock.now())


def row(office: Office, chat: int = GROUP) -> GroupChat | None:
    """The group as kept."""
    with Session(office.db.engine) as session:
        return session.get(GroupChat, chat)


async def test_the_morning_comes_to_the_group_and_one_tap_of_a_manager_ends_it(office: Office) -> None:
    group = office.sandbox.group(GROUP, "城东一组销售群")
    await group.say(MANAGER, "/here")
    await group.settled()
    await tick(office, days=1)
    await tick(office, minutes=5)
    morning = group.said[-1]
    for who in (REP, STRANGER, MANAGER):
        await group.tap(who, "🔕 早上不用发了")
        await group.settled()
    await tick(office, days=1)
    ended = [one.html for one in group.said]
    await group.tap(MANAGER, "🔔 早上还是发")
    await group.settled()
    await tick(office, days=1)

    assert [one.html.split("\n")[0] for one in group.said] == [
        "✅ 登记好了，这个群报“城东一组”的数。",
        "☀️ <b>城东一组</b>　今天",
        "🔕 好，早上 08:30 不在这个群里发了。主管发 /team 我还是答。",
        "🔔 每个工作日早上 08:30 在这里报一次数。",
        "☀️ <b>城东一组</b>　今天",
    ]
    assert len(ended) == 3
    assert group.toasts == ["这个按钮只有本团队的主管能点。"] * 2
    hidden = secrets(office.db, REP) | secrets(office.db, COLLEAGUE)
    assert [text for text in hidden if text in morning.html] == []
    assert "（" in morning.html  # who has how many today


async def claimed(office: Office) -> Group:
    """A group that the team's manager has claimed."""
    group = office.sandbox.group(GROUP, "城东一组销售群")
    await group.say(MANAGER, "/here")
    await group.settled()
    return group


def told(office: Office, who: int = MANAGER) -> list[str]:
    """What somebody was told of the group."""
    return [one.text for one in office.phone(who).messages if one.from_bot and one.text.startswith("📣 我")]


async def test_a_group_that_removed_the_bot_is_left_alone_until_it_is_back(office: Office) -> None:
    group = await claimed(office)
    group.remove_bot()
    for _ in range(3):
        await tick(office, days=1)
    refused = [call.status for call in office.sandbox.calls]
    settings = await office.said("/settings", MANAGER) and await press(office, "s:groups", MANAGER)
    group.take_bot_back()
    await group.say(MANAGER, "/team")
    await group.settled()
    await tick(office, days=1)

    assert refused.count(403) == 1
    assert "我不在这个群里了" in settings
    assert "☀️" in group.said[-1].html


async def test_a_removal_is_told_to_the_teams_managers_once_with_the_way_back(office: Office) -> None:
    group = await claimed(office)
    group.remove_bot(by=REP)
    await group.settled()
    for _ in range(3):
        await tick(office, days=1)
    refused = [call.status for call in office.sandbox.calls].count(403)
    page = await office.said("/settings", MANAGER) and await press(office, "s:groups", MANAGER)
    once = told(office)
    group.take_bot_back(by=REP)
    await group.settled()
    await tick(office, days=1)

    assert len(once) == 1
    golden("group_removed", once[0])
    assert refused == 0
    assert "我不在这个群里了" in page
    assert told(office, REP) == told(office, COLLEAGUE) == []
    assert "☀️" in group.said[-1].html


async def test_a_removal_that_is_found_out_by_a_refusal_is_told_too(office: Office) -> None:
    group = await claimed(office)
    group.remove_bot()
    await tick(office, days=1)
    await tick(office, minutes=1)
    await tick(office, days=1)

    assert len(told(office)) == 1


async def test_each_removal_is_told_also_on_one_day_and_one_that_is_over_is_not(office: Office) -> None:
    group = await claimed(office)
    for _ in range(2):
        group.remove_bot(by=REP)
        await group.settled()
        await tick(office, minutes=1)
        group.take_bot_back(by=REP)
        await group.settled()
    twice = len(told(office))
    group.remove_bot(by=REP)
    group.take_bot_back(by=REP)
    await group.settled()
    await tick(office, minutes=1)

    assert twice == 2
    assert len(told(office)) == 2


@pytest.mark.parametrize("found", ["by an update", "in the morning", "by an answer"])
async def test_a_right_to_write_that_is_taken_is_told_once_until_it_is_back(office: Office, found: str) -> None:
    group = await claimed(office)
    group.mute_bot(by=REP if found == "by an update" else None)
    await group.settled()
    if found == "by an answer":
        for _ in range(2):
            await group.say(MANAGER, "/team")
            await group.settled()
            await tick(office, minutes=1)
    for _ in range(2):
        await tick(office, days=1)
        await tick(office, minutes=1)
    refused = [call.status for call in office.sandbox.calls].count(400)
    page = await office.said("/settings", MANAGER) and await press(office, "s:groups", MANAGER)
    once = told(office)
    group.take_bot_back(by=REP if found == "by an update" else None)
    await group.say(MANAGER, "/team")
    await group.settled()
    await tick(office, days=1)

    assert len(once) == 1
    golden("group_muted", once[0])
    assert refused == {"by an update": 0, "in the morning": 1, "by an answer": 2}[found]
    assert "我在群里发不了言" in page
    assert "☀️" in group.said[-1].html


async def test_a_group_that_nobody_claimed_is_nobodys_loss_and_a_blocked_chat_is_no_group(office: Office) -> None:
    group = office.sandbox.group(GROUP, "路人群")
    await group.say(REP, "/team")
    await group.settled()
    group.remove_bot(by=REP)
    office.sandbox.group(GROWN, "没人说过话的群").remove_bot(by=REP)
    office.sandbox.block(COLLEAGUE)
    await group.settled()
    await tick(office, minutes=1)
    kept = row(office)

    assert told(office) == []
    assert kept is not None
    assert kept.lost == rows.REMOVED
    assert row(office, GROWN) is None
    assert row(office, COLLEAGUE) is None


def test_an_update_about_our_standing_that_comes_again_changes_nothing(floor: Floor) -> None:
    desk = floor.ear.desk
    answered(floor, MANAGER, "/here")
    for number, lost in ((91, rows.REMOVED), (92, None), (91, rows.REMOVED)):
        floor.db.write_now(groups._seated, number, GROUP, lost, desk.now())

    with Session(floor.db.engine) as session:
        assert session.get_one(GroupChat, GROUP).lost == ""


@pytest.mark.parametrize(
    ("member", "lost"),
    [
        ({"status": "left"}, rows.REMOVED),
        ({"status": "kicked", "until_date": 0}, rows.REMOVED),
        ({"status": "member"}, None),
        ({"status": "restricted", "is_member": False, "until_date": 0, **dict.fromkeys(RIGHTS, True)}, rows.REMOVED),
        ({"status": "restricted", "is_member": True, "until_date": 0, **dict.fromkeys(RIGHTS, False)}, rows.MUTED),
        ({"status": "restricted", "is_member": True, "until_date": 0, **dict.fromkeys(RIGHTS, True)}, None),
    ],
)
def test_what_a_standing_means(member: dict[str, Any], lost: str | None) -> None:
    me = {"id": 7, "is_bot": True, "first_name": "知客"}
    read = ChatMember.de_json({"user": me, **member})

    assert read is not None
    assert groups._lost(read) == lost


@pytest.mark.parametrize("told", [True, False])
async def test_a_group_that_grows_into_a_supergroup_keeps_its_morning(office: Office, told: bool) -> None:
    group = office.sandbox.group(GROUP, "城东一组销售群")
    await group.say(MANAGER, "/here")
    await group.settled()
    grown = group.upgrade(GROWN, MANAGER, told=told)
    await grown.settled()
    await tick(office, days=1)
    await tick(office, minutes=1)

    assert [one.html.split("\n")[0] for one in grown.said] == ["☀️ <b>城东一组</b>　今天"]
    assert len(group.said) == 1
    assert row(office) is None
    assert row(office, GROWN) is not None


async def test_a_manager_sees_the_groups_in_the_settings_and_switches_each(office: Office) -> None:
    group = office.sandbox.group(GROUP, "城东一组销售群")
    await group.say(MANAGER, "/here")
    await group.settled()
    rep = await office.said("/settings", REP)
    await office.said("/settings", MANAGER)
    pages = [await press(office, pattern, MANAGER) for pattern in ("s:groups", f"s:group:{GROUP}:off", "s:group:*:on")]
    await office.said("/settings 早上九点", MANAGER)
    kept = row(office)

    assert "📣" not in rep
    assert ["早上 08:30 报数" in page for page in pages] == [True, False, True]
    assert kept is not None
    assert kept.digest
    assert f"{kept.next_digest_at:%H:%M}" == "01:00"  # 09:00 in Shanghai


@pytest.mark.parametrize("data", ["s:group:-1001234:off", "s:group:x:off", "s:group:0", "s:groups"])
async def test_somebody_who_manages_no_such_group_changes_nothing(office: Office, data: str) -> None:
    group = office.sandbox.group(GROUP, "城东一组销售群")
    await group.say(MANAGER, "/here")
    await group.settled()
    await office.said("/settings", REP)
    await office.phone(REP).tap_data(office.phone(REP).last.id, data)
    await office.phone(REP).settled()

    kept = row(office)
    assert kept is not None
    assert kept.digest
    assert "销售群" not in office.phone(REP).last.html


async def test_a_button_that_is_none_of_the_groups_is_stale(office: Office) -> None:
    group = office.sandbox.group(GROUP, "城东一组销售群")
    await group.say(MANAGER, "/here")
    await group.settled()
    office.sandbox.world.tapped(office.sandbox.world.chat(GROUP), group.said[-1].id, "c:zzz", "?", MANAGER)
    await group.settled()

    assert group.toasts == [stale()]
