"""What works: marked by reps with a tap, seen by managers as counts, and the cards follow it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from knowledge.worth import ENOUGH, lines
from store import facts, prospects, stages, verdicts
from store.tables import Prospect
from tests.conftest import Office
from tests.handlers.conftest import answered_as, customers, data_of, golden, person, press, taps

MANAGER = 1003


async def test_a_line_is_marked_by_taps_and_counted_for_the_manager(office: Office) -> None:
    await office.said("/visit 王建国 电话讲了检测报告")
    await press(office, "g:open:*")
    for _ in range(2):
        await press(office, "g:say:*")
    await office.said("/team", MANAGER)
    await press(office, "g:worth", MANAGER)
    await press(office, "g:worth:analytical", MANAGER)

    assert "1 次里 0 次有用，还说不准" in office.phone(MANAGER).last.text
    assert "%" not in office.phone(MANAGER).last.text
    golden("worth", office.phone(MANAGER).transcript())


def tried(office: Office, at: int, helped: int) -> str:
    """So many customers of 小李 with whom the line of that number of the card of 分析型 helped; its words."""
    kind = office.service.desk.system.types["analytical"]
    line = [one for one in lines(kind) if one.section == "say"][at]

    def add(session: Any) -> None:
        me, now = person(office).id or 0, office.clock.now()
        for number in range(helped):
            fields = {"name": f"试{number}", "name_key": f"试{number}", "created_at": now, "updated_at": now}
            row = prospects.add(session, Prospect(owner_id=me, type_id="analytical", **fields))
            key = {"person_id": me, "prospect_id": row.id or 0, "system": "behavior", "type_id": "analytical"}
            verdicts.say(session, **key, line=line.key, helped=True, now=now)

    office.db.write_now(add)
    return office.service.desk.talk.fill([line.text])[0].strip("“”")


async def test_a_line_that_has_proven_itself_leads_the_card_of_every_colleague(office: Office) -> None:
    words = tried(office, 3, ENOUGH)
    await office.said("/advice 分析型", 1002)
    await press(office, "a:behavior:analytical", 1002)
    card = office.phone(1002).last.text
    await office.said("昨天在店门口碰上一位客户")
    await answered_as(office, "analytical")
    result = office.phone().last.text
    await office.said("/team", MANAGER)
    team = await press(office, "g:worth", MANAGER)

    assert result.split("💬 可以这样说")[1].strip().startswith(f"· “{words}”")
    assert "同事试下来管用的排在前面" in card
    assert card.split("💬 可以这样说")[1].strip().startswith(f"· “{words}”")
    assert f"{ENOUGH} 次里 {ENOUGH} 次有用（68%–100%）" in team


async def test_anothers_customer_cannot_be_judged_and_a_line_must_be_of_the_card(office: Office) -> None:
    mine, theirs = customers(office)["王建国"], customers(office, 1002)["冯经理"]
    await office.said("王建国")
    at = office.phone().last.id
    line = lines(office.service.desk.system.types["methodical"])[0].key
    datas = [f"g:open:{theirs.id}", f"g:say:{theirs.id}:{line}", f"g:say:{mine.id}:{line}", f"g:say:{mine.id}:zzz",
             "g:worth", "g:worth:analytical"]  # fmt: skip
    await taps(office, *((at, data) for data in datas))
    said = office.phone().transcript()

    assert "冯经理" not in said
    assert said.count("这个功能是主管用的") == 2
    assert office.db.read_now(verdicts.of_team, None, "behavior") == {}


async def test_a_customer_without_a_type_is_told_so(office: Office) -> None:
    await office.said("周阿姨")
    id = customers(office, 1002)["韩工"].id
    await office.said("韩工", 1002)
    await taps(office, (office.phone(1002).last.id, f"g:open:{id}"), telegram_id=1002)

    assert "先判断了才有打法可评" in office.phone(1002).transcript()


# --- stages: what the funnel is counted from -------------------------------------------------------------------------


async def test_facts_that_are_tapped_make_a_stage_and_the_first_order_a_conversion(office: Office) -> None:
    id = customers(office)["赵大海"].id or 0

    def known(session: Any, orders: int) -> None:
        facts.keep(session, id, "orders", orders, office.clock.now().date())

    office.db.write_now(known, 0)
    await office.said("赵大海")
    at = office.phone().last.id
    await taps(office, (at, f"f:set:{id}:relation_stage:asked_terms:0"))
    before = office.db.read_now(stages.now_in, id)
    office.clock.forward(days=2)
    await taps(office, (at, f"f:set:{id}:relation_stage:orders:1"))
    after = office.db.read_now(stages.now_in, id)
    funnel = await office.said("/funnel", MANAGER)
    team = await office.said("/team", MANAGER)
    await office.said("赵大海")
    await taps(office, data_of(office, f"f:open:{id}"))
    await taps(office, (office.phone().last.id, f"f:drop:{id}:orders"))
    dropped = office.db.read_now(stages.now_in, id)

    assert before is not None
    assert after is not None
    assert (before.stage, before.won) == ("near", False)
    assert (after.stage, after.won) == ("deal", True)
    assert "1 位里 1 位往前走　待 2 天" in funnel
    assert "成交 1（↑1）" in team
    assert dropped is None


async def test_facts_that_came_by_an_import_place_customers_and_win_nobody(office: Office) -> None:
    from handlers.stages import catch_up

    def known(session: Any) -> None:
        for at, row in enumerate(customers(office).values()):
            for fact, value in (("orders", at % 2), ("asked_terms", True)):
                facts.keep(session, row.id or 0, fact, value, office.clock.now().date())

    office.db.write_now(known)
    for _ in range(2):
        await catch_up(office.service.desk, person(office).id or 0)
    counts = office.db.read_now(stages.funnel, None, office.clock.now(), ["analytical"])

    assert sum(one.here for one in counts) == 6
    assert {one.stage for one in counts} == {"near", "deal"}
    assert "成交 0" in await office.said("/team", MANAGER)


async def test_what_was_known_before_stages_were_kept_is_placed_once_and_the_funnel_says_since_when(
    office: Office,
) -> None:
    from handlers.stages import begin

    today = office.clock.now().date()

    def known(session: Any, on: date, names: Sequence[str]) -> None:
        rows = {**customers(office), **customers(office, 1002)}
        for name in names:
            facts.keep(session, rows[name].id or 0, "orders", 0, on)
            facts.keep(session, rows[name].id or 0, "asked_terms", True, on)

    office.db.write_now(known, today, ["王建国", "郑小姐"])
    office.db.write_now(known, today - timedelta(days=500), ["刘芳"])  # too long ago to go by
    await begin(office.service.desk)
    told = await office.said("/funnel", MANAGER)
    office.db.write_now(known, today, ["赵大海"])
    await begin(office.service.desk)
    later = await office.said("/funnel", MANAGER)

    assert "<b>准</b> 2 位" in told
    assert "自 2026年11月23日 起记录" in told
    assert later == told  # what comes from now on is noted as it comes
