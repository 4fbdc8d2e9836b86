"""Today's plan on the phone: pages, what waits, ways to keep in touch, no plan, and a rhythm of one's own."""

from datetime import date, timedelta

from sqlmodel import Session

from store import facts, prospects, visits
from store.tables import Prospect
from tests.conftest import MONDAY, Office
from tests.handlers.conftest import customers, data_of, golden, labels, person, press, taps

TODAY = date(2026, 11, 23)


def add(office: Office, name: str, **fields: object) -> int:
    """Another customer of 小李's, who was met a week ago."""
    kept = {"created_at": MONDAY, "updated_at": MONDAY, "last_contact_at": MONDAY - timedelta(days=7), **fields}

    def write(session: Session) -> int:
        row = Prospect(owner_id=person(office).id, name=name, name_key=name, **kept)
        return prospects.add(session, row).id or 0

    return office.db.write_now(write)


def logged(office: Office, name: str) -> tuple[str, str, str, str]:
    """Way, method, outcome and note of the last contact."""
    id = customers(office)[name].id or 0
    [last] = office.db.read_now(visits.latest, id, 1)
    return last.method, last.how, last.outcome, last.note


async def test_a_full_day_has_pages_and_says_what_may_wait(office: Office) -> None:
    for at in range(6):
        add(office, f"甲{'一二三四五六'[at]}", grade="A", company="建材行", next_contact_on=TODAY)
    bare = add(office, "没排的", grade="B")

    await office.said("/today")
    await press(office, "r:page:1")
    await press(office, "r:page:0")
    await press(office, "r:bare:0")
    await press(office, "r:plan:0")

    golden("plan", office.phone().transcript())
    row = office.db.read_now(prospects.mine, person(office).id or 0, bare)
    assert row is not None
    assert row.next_contact_on == date(2026, 11, 30)  # fourteen days after the last contact


async def test_a_page_that_is_gone_is_the_last_one(office: Office) -> None:
    await office.said("/today")
    message, data = data_of(office, "r:done:*")
    await taps(office, (message, "r:page:99"))
    shown = office.phone().last.html

    assert data
    assert "今天要联系" in shown


async def test_done_logs_the_way_and_the_method_that_the_list_proposed(office: Office) -> None:
    shown = await office.said("/today")
    await press(office, f"r:done:{customers(office)['刘芳'].id}")
    proposed = logged(office, "刘芳")
    await office.said("送了两盒茶叶，人很高兴")
    told = logged(office, "刘芳")

    assert "🤝" in shown
    assert proposed == ("visit", "signed", "reached", "")
    assert told == ("visit", "gift", "reached", "送了两盒茶叶，人很高兴")


async def test_what_was_promised_is_logged_without_a_method(office: Office) -> None:
    await office.said("/remind 赵大海 今天送样品")
    await office.said("/today")
    await press(office, f"r:done:{customers(office)['赵大海'].id}")

    assert logged(office, "赵大海") == ("other", "", "reached", "")


async def test_a_level_of_the_account_changes_the_rhythm_and_the_card_says_why(office: Office) -> None:
    id = customers(office)["钱总"].id or 0
    office.db.write_now(facts.keep, id, "account_tie", "resource", TODAY)
    card = await office.said("钱总")

    assert "按客户级别“贵宾客户”的节奏：7 天一次，最晚 10 天" in card


async def test_a_level_that_comes_to_be_known_plans_the_next_contact_anew(office: Office) -> None:
    await office.said("钱总")
    message, _ = data_of(office, "f:open:*")
    id = customers(office)["钱总"].id
    await taps(office, (message, f"f:ask:{id}:account_level"))
    before = customers(office)["钱总"].next_contact_on
    await press(office, f"f:set:{id}:account_level:account_tie:0")
    after = customers(office)["钱总"].next_contact_on

    assert (before, after) == (date(2026, 12, 2), TODAY)  # strategic: every two weeks, and the last one was three ago


async def test_a_rhythm_of_ones_own_is_set_and_undone_by_a_tap(office: Office) -> None:
    await office.said("钱总")
    await press(office, "p:edit:*")
    await press(office, "p:field:*:every_days")
    await press(office, "p:every:*:14")
    own = customers(office)["钱总"]
    said = office.phone().last.html
    await press(office, "p:edit:*")
    await press(office, "p:field:*:every_days")
    offered = labels(office)
    await press(office, "p:every:*:0")
    ruled = customers(office)["钱总"]

    assert (own.every_days, own.next_contact_on) == (14, TODAY)  # met three weeks ago
    assert "你定的节奏：14 天一次" in said
    assert offered == ["7 天", "30 天", "60 天", "↩️ 按等级的节奏来"]
    assert (ruled.every_days, ruled.next_contact_on) == (None, date(2026, 12, 2))
    assert person(office).awaiting == ""


async def test_when_the_time_of_the_day_is_used_up_the_rest_may_wait(office: Office) -> None:
    for at in range(6):
        add(office, f"甲{at}", grade="A", next_contact_on=TODAY)
    await office.said("/today")
    for _ in range(4):
        await press(office, "r:done:*")
        await office.said("/today")
    shown = office.phone().last.html

    assert "今天的排满了" in shown
    assert "最晚" in shown
