"""Leave, quiet hours, the evening and the brief that comes by itself, as a rep meets them on the phone."""

import pytest

from store import people
from store.tables import Person
from tests.conftest import Office, StoppedClock
from tests.handlers.conftest import golden, labels, press


def me(office: Office, telegram_id: int = 1001) -> Person:
    found = office.db.read_now(people.by_telegram, telegram_id)
    assert found is not None
    return found


async def later(office: Office, clock: StoppedClock, **how: float) -> str:
    """Time passes and the bot ticks; the last message."""
    clock.forward(**how)
    await office.service.tick()
    await office.phone().settled()
    return office.phone().last.text


async def test_leave_quiet_hours_and_the_evening_from_the_phone(office: Office, clock: StoppedClock) -> None:
    await office.said("/visit 王建国 聊了报价，下周二下午三点再去")
    await office.said("/remind 王建国 今天下午四点去送样册")
    await later(office, clock, hours=6)  # the brief, an hour before
    await later(office, clock, hours=3)  # the evening
    await press(office, "e:done:*")
    await office.said("我下周一到周五请假")
    await press(office, "s:move:*")
    await office.said("/settings 晚上十点到早上七点半免打扰")
    await office.said("/settings 提前半小时")
    await office.said("/settings 傍晚六点半")
    await office.said("/settings 火星")
    await office.said("取消请假")

    golden("hours", office.phone().transcript())


SAID = {
    "/settings 早上七点半": {"push_at": "07:30"},
    "/settings 八点": {"push_at": "08:00"},
    "/settings 傍晚六点半": {"evening_at": "18:30"},
    "/settings 傍晚不问": {"evening_at": ""},
    "/settings 晚上十点到早上七点免打扰": {"quiet_from": "22:00", "quiet_to": "07:00"},
    "/settings 21:30-7:30": {"quiet_from": "21:30", "quiet_to": "07:30"},
    "/settings 不要免打扰": {"quiet_from": "00:00", "quiet_to": "00:00"},
    "/settings 提前一个半小时": {"brief_lead": 90},
    "/settings 见面前不用发": {"brief_lead": 0},
    "/settings 图片深色": {"dark": True},
    "/settings 浅色": {"dark": False},
    "/settings 图片用黑底的": {"dark": True},
    "/settings 东京": {"tz": "Asia/Tokyo"},
    "/settings Europe/Paris": {"tz": "Europe/Paris"},
}


async def test_settings_are_taken_in_plain_words(office: Office) -> None:
    for text, meant in SAID.items():
        told = await office.said(text)
        row = me(office)
        assert {name: getattr(row, name) for name in meant} == meant, text
        assert told.startswith("✅ 设置好了。"), text


async def test_what_is_said_of_a_setting_without_a_value_shows_its_page_and_changes_nothing(office: Office) -> None:
    quiet = await office.said("/settings 晚上不要打扰我")
    away = await office.said("我要请假")
    look = await office.said("/settings 图片")

    assert look.startswith("🖼 图片用浅色还是深色？现在 <b>浅色</b>")
    assert quiet.startswith("🌙 几点到几点别打扰你？现在 <b>21:00–08:00</b>")
    assert away.startswith("🏖 请假：<b>没有</b>")


async def test_every_page_of_the_settings_leads_back_by_the_same_word(office: Office) -> None:
    group = office.sandbox.group(-1001, "城东一组销售群")
    await group.say(1003, "/here")
    await group.settled()
    whole = await office.said("/settings", 1003)
    pages = [f"s:page:{what}" for what in ("push", "evening", "quiet", "lead", "tz", "away", "look")]
    for page in (*pages, "s:scenes", "s:groups"):
        there = await press(office, page, 1003)
        assert there != whole
        assert labels(office, 1003)[-1] == "⬅️ 回设置", page
        assert await office.tapped("⬅️ 回设置", 1003) == whole


@pytest.mark.parametrize("what", ["push", "evening", "quiet", "lead", "tz", "away"])
async def test_what_cannot_be_read_is_asked_for_again_and_changes_nothing(office: Office, what: str) -> None:
    before = me(office)
    await office.said("/settings")
    await press(office, f"s:page:{what}")
    await press(office, f"s:ask:{what}")
    answer = await office.said("随便吧")
    after = me(office)

    assert "没看懂" in answer or "没认出来" in answer
    assert after.awaiting == what
    same = ("push_at", "evening_at", "quiet_from", "quiet_to", "brief_lead", "tz", "away_from")
    assert [getattr(after, name) for name in same] == [getattr(before, name) for name in same]


async def test_a_manager_sees_who_is_away_and_until_when(office: Office) -> None:
    await office.said("请假到周三")

    assert "🏖 请假：小李（到 11月25日）" in await office.said("/team", 1003)
    await office.said("取消请假")
    assert "🏖" not in await office.said("/team", 1003)


async def test_a_customer_who_is_on_leave_is_described_and_takes_no_leave_of_the_rep(office: Office) -> None:
    await office.said("他下周一到周五请假，说回来再谈，问什么都说行")

    assert me(office).away_from is None


async def test_another_reps_promise_cannot_be_moved(office: Office) -> None:
    await office.said("/remind 王建国 下周二 送样册")
    await office.said("下周请假", 1002)
    await office.phone(1002).tap_data(office.phone(1002).last.id, "s:move:1")
    await office.phone(1002).settled()

    assert "送样册" in await office.said("王建国")
    assert "12月1日" in office.phone().last.text


async def test_on_leave_nobody_is_written_to_and_the_return_brings_it_all_in_one(
    office: Office, clock: StoppedClock
) -> None:
    await office.said("明天到后天请假")
    before = len(office.phone().messages)
    for _ in range(2):
        await later(office, clock, days=1)
    nothing = len(office.phone().messages)
    text = await later(office, clock, days=1)

    assert nothing == before
    assert text.startswith("🏖 欢迎回来，请假攒下的都在这里。")


async def test_today_says_when_the_next_message_comes(office: Office) -> None:
    await office.said("/remind 王建国 今天下午四点去送样册")

    assert "下一次：11月23日 15:00 见面前一页" in (await office.said("/today"))
