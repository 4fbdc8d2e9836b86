"""Customer lists taken in: on either database, in one transaction, once."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from knowledge.columns import Field, fields
from knowledge.imports import Doubles, Draft, Heading, outcome
from knowledge.systems import load_systems
from knowledge.table import unpacked
from store import facts, imports, people, prospects
from store.db import Database
from store.imports import NoHeading, NotOpen, Order, made_ready
from store.tables import ImportFile, KnownFact, Person, Prospect
from tests.conftest import planner
from tests.store.conftest import NOW

TODAY = date(2026, 6, 1)
SYSTEMS = load_systems()
FIELDS: Mapping[str, Field] = fields(SYSTEMS, "behavior")
RHYTHMS = planner(SYSTEMS).rhythms
LIST = """客户,公司,电话,微信,等级,类型,年成交额,懂行,上次联系,下次联系,备注
王总,华鑫建材,13800000001,wx1,A,杀价型,12万,否,2026-05-20 14:30,2026-06-10,老客户
李总,,,,E,,,,,,
,,13800000003,,,,,,,,
"""


def tell(done: int, total: int) -> None:
    """Nobody listens."""


@pytest.fixture
def rep(db: Database, join: Callable[..., Person]) -> int:
    return db.write_now(join, 11, "小林").id or 0


def begun(db: Database, owner: int | None, text: str = LIST, person: int | None = None) -> int:
    """A list that waits; its id."""
    url = db.engine.url.render_as_string(hide_password=False)
    body, told = imports.read(tell, url, "客户.csv", text.encode(), FIELDS, TODAY, owner)
    who = person or owner or 0
    row = db.write_now(imports.begin, person_id=who, owner_id=owner, name="客户.csv", body=body, told=told, now=NOW)
    return row.id or 0


def take(db: Database, file_id: int, doubles: Doubles = Doubles.NEW, *, good_only: bool = False) -> dict[str, Any]:
    """Take a list in; what came of it."""
    url = db.engine.url.render_as_string(hide_password=False)
    imports.take(tell, url, Order(file_id, good_only, doubles, RHYTHMS, {}, NOW), FIELDS, TODAY)
    return told(db, file_id)


def told(db: Database, file_id: int) -> dict[str, Any]:
    return db.read_now(lambda session: imports.told(session.get_one(ImportFile, file_id)))


def all_of(db: Database) -> list[Prospect]:
    return list(db.read_now(lambda session: session.exec(select(Prospect).order_by(col(Prospect.id))).all()))


def known(db: Database, prospect_id: int) -> dict[str, object]:
    return {fact: value for fact, (value, _) in db.read_now(facts.known, prospect_id).items()}


def kept(db: Database, owner: int, name: str = "王总", **values: Any) -> int:
    """A customer on record; the id."""

    def add(session: Session) -> int:
        row = Prospect(owner_id=owner, name=name, name_key=name, created_at=NOW, updated_at=NOW, **values)
        return prospects.add(session, row).id or 0

    return db.write_now(add)


def test_a_list_becomes_customers_with_everything_that_it_says(db: Database, rep: int) -> None:
    result = take(db, begun(db, rep))
    first, second = all_of(db)

    assert result == {"new": 2, "known": 0, "skipped": 0, "merged": 0, "left": 1}
    assert (first.owner_id, first.name, first.name_key, first.company) == (rep, "王总", "王总", "华鑫建材")
    assert (first.phone, first.phone_key, first.wechat, first.grade) == ("13800000001", "13800000001", "wx1", "A")
    assert (first.type_id, first.type_p, first.type_by, first.type_at) == ("bargainer", 1.0, "corrected", NOW)
    assert first.last_contact_at == datetime(2026, 5, 20, 6, 30, tzinfo=UTC)
    assert (first.next_contact_on, first.notes, first.status) == (date(2026, 6, 10), "老客户", "active")
    assert known(db, first.id or 0) == {"revenue": 120_000, "knows_trade": False}
    assert second.notes == "（导入时没认出）等级：E"
    assert second.next_contact_on is not None
    assert second.next_contact_on > TODAY


def test_only_rows_without_a_fault_can_be_taken(db: Database, rep: int) -> None:
    result = take(db, begun(db, rep), good_only=True)

    assert [one.name for one in all_of(db)] == ["王总"]
    assert result["left"] == 2


def test_a_list_is_taken_once(db: Database, rep: int) -> None:
    file_id = begun(db, rep)
    take(db, file_id)
    with pytest.raises(NotOpen):
        take(db, file_id)

    assert len(all_of(db)) == 2
    assert told(db, file_id)["new"] == 2


def test_what_is_kept_of_a_list_goes_when_it_is_taken(db: Database, rep: int) -> None:
    file_id = begun(db, rep)
    take(db, file_id)
    row = db.read_now(imports.mine, rep, file_id)

    assert row is not None
    assert (row.state, row.body) == ("done", b"")


def test_a_list_that_fails_in_the_middle_leaves_nothing(db: Database, rep: int) -> None:
    file_id = begun(db, rep, "客户,年成交额\n" + "\n".join(f"客户{n},{n}" for n in range(50)))
    order = Order(file_id, good_only=False, doubles=Doubles.NEW, rhythms=RHYTHMS, days={}, now=NOW)
    ready = db.read_now(lambda session: made_ready(session, order, *_drafts(session, file_id), TODAY, 0))
    ready.learnt[-1][1]["fact"] = None
    with pytest.raises(DBAPIError, match=r"(?i)null"):
        db.write_now(ready.write)
    before = all_of(db)
    result = take(db, file_id)

    assert before == []
    assert result["new"] == 50


def _drafts(session: Session, file_id: int) -> tuple[list[Draft], dict[int, date | None]]:
    row = session.get_one(ImportFile, file_id)
    found = imports.told(row)
    head = Heading(found["heading"][0], tuple(found["heading"][1]))
    drafts = outcome(unpacked(row.body), head, found["columns"], FIELDS, TODAY).drafts
    return drafts, {one.row: None for one in drafts}


def test_blanks_of_a_known_customer_are_filled_and_nothing_is_replaced(db: Database, rep: int) -> None:
    id = kept(db, rep, phone="13800000001", phone_key="13800000001", company="大同", grade="C", type_id="silent")
    db.write_now(lambda session: facts.keep(session, id, "revenue", 5, TODAY))
    result = take(db, begun(db, rep), Doubles.FILL)
    row = all_of(db)[0]

    assert (result["new"], result["known"]) == (1, 1)
    assert (row.id, row.company, row.grade, row.type_id) == (id, "大同", "C", "silent")
    assert (row.wechat, row.notes, row.next_contact_on) == ("wx1", "老客户", date(2026, 6, 10))
    assert known(db, id) == {"revenue": 5, "knows_trade": False}


def test_what_the_list_says_replaces_what_is_known_but_a_blank_cell_does_not(db: Database, rep: int) -> None:
    id = kept(db, rep, "王先生", phone="13800000001", phone_key="13800000001", company="大同", next_step="送样品")
    db.write_now(lambda session: facts.keep(session, id, "revenue", 5, TODAY))
    take(db, begun(db, rep), Doubles.OVER)
    row = all_of(db)[0]

    assert (row.name, row.name_key, row.company, row.next_step) == ("王总", "王总", "华鑫建材", "送样品")
    assert (row.type_id, row.type_by) == ("bargainer", "corrected")
    assert known(db, id) == {"revenue": 120_000, "knows_trade": False}


@pytest.mark.parametrize(("doubles", "count"), [(Doubles.SKIP, 2), (Doubles.NEW, 3), (Doubles.APART, 2)])
def test_doubles_are_skipped_or_new(db: Database, rep: int, doubles: Doubles, count: int) -> None:
    kept(db, rep, "王总", phone="13800000001", phone_key="13800000001")
    take(db, begun(db, rep), doubles)

    assert len(all_of(db)) == count


def test_customers_of_others_are_not_met_and_not_touched(db: Database, rep: int, join: Callable[..., Person]) -> None:
    other = db.write_now(join, 12, "小梅").id or 0
    theirs = kept(db, other, "王总", phone="13800000001", phone_key="13800000001")
    file_id = begun(db, rep)
    found = told(db, file_id)["met"]
    take(db, file_id, Doubles.OVER)

    assert found["phone"] == 0
    assert {one.id: one.company for one in all_of(db)}[theirs] == ""


def test_a_list_is_looked_at_anew_with_another_column_or_owner(
    db: Database, rep: int, join: Callable[..., Person]
) -> None:
    manager = db.write_now(join, 13, "陈主管", "manager").id or 0
    kept(db, rep, "王总")
    url = db.engine.url.render_as_string(hide_password=False)
    file_id = begun(db, None, "客户,行业\n王总,建材\n", manager)
    before = told(db, file_id)
    imports.look(tell, url, file_id, FIELDS, TODAY, (1, "company"), None)
    imports.look(tell, url, file_id, FIELDS, TODAY, None, rep)
    after = told(db, file_id)
    take(db, file_id, Doubles.FILL)

    assert (before["columns"], before["met"]) == (["name", ""], None)
    assert (after["columns"], after["met"]["name"]) == (["name", "company"], 1)
    assert [(one.owner_id, one.company) for one in all_of(db)] == [(rep, "建材")]


def test_a_list_without_an_owner_cannot_be_taken(db: Database, rep: int) -> None:
    with pytest.raises(NotOpen):
        take(db, begun(db, None, person=rep))

    assert all_of(db) == []


def test_a_second_list_puts_the_first_away_and_old_ones_are_forgotten(
    db: Database, rep: int, join: Callable[..., Person]
) -> None:
    other = db.write_now(join, 12, "小梅").id or 0
    forgotten = begun(db, other)
    first = begun(db, rep)
    late = NOW + imports.KEPT_FOR + timedelta(hours=1)
    db.write_now(imports.begin, person_id=rep, owner_id=rep, name="b", body=b"x", told="{}", now=late)
    rows = [db.read_now(imports.mine, rep, first), db.read_now(imports.mine, other, forgotten)]

    assert [(row.state, row.body) for row in rows if row] == [("dropped", b"")] * 2


def test_only_its_sender_finds_a_list(db: Database, rep: int, join: Callable[..., Person]) -> None:
    other = db.write_now(join, 12, "小梅").id or 0
    file_id = begun(db, rep)

    assert db.read_now(imports.mine, other, file_id) is None


def test_a_file_without_a_heading_is_refused(db: Database) -> None:
    url = db.engine.url.render_as_string(hide_password=False)
    with pytest.raises(NoHeading):
        imports.read(tell, url, "a.csv", "王总,1\n李总,2\n".encode(), FIELDS, TODAY, 1)


def test_a_customer_that_came_meanwhile_is_noticed_and_met(db: Database, rep: int) -> None:
    file_id = begun(db, rep)
    order = Order(file_id, good_only=False, doubles=Doubles.FILL, rhythms=RHYTHMS, days={}, now=NOW)
    ready = db.read_now(lambda session: made_ready(session, order, *_drafts(session, file_id), TODAY, 0))
    kept(db, rep, "王总")
    written = db.write_now(ready.write)
    untouched = [one.name for one in all_of(db)]
    result = take(db, file_id, Doubles.FILL)

    assert not written
    assert untouched == ["王总"]
    assert (result["new"], result["known"]) == (1, 1)


def test_a_thousand_customers_get_their_own_ids_and_facts(db: Database, rep: int) -> None:
    take(db, begun(db, rep, "客户,年成交额\n" + "\n".join(f"客户{n},{n}" for n in range(1000))))
    after = kept(db, rep, "后来的")
    rows = {one.name: one.id or 0 for one in all_of(db)}
    amounts = db.read_now(lambda session: dict(session.exec(select(KnownFact.prospect_id, KnownFact.number)).all()))

    assert len(rows) == 1001
    assert rows["后来的"] == after
    assert all(amounts[rows[f"客户{n}"]] == n for n in range(1000))


def test_a_manager_reaches_the_own_team_and_those_below(db: Database, rep: int, join: Callable[..., Person]) -> None:
    def teams(session: Session) -> dict[str, list[str]]:
        top = people.team_named(session, "大区")
        below = people.team_named(session, "城西组")
        below.parent_id = top.id
        found = [
            join(session, 21, "大区主管", "manager", "大区"),
            join(session, 22, "组长", "manager", "城西组"),
            join(session, 23, "外人", "rep", "城东组"),
            join(session, 24, "管理员", "admin", ""),
        ]
        return {one.name: [person.name for person in people.in_reach(session, one)] for one in found}

    reach = db.write_now(teams)

    assert reach["大区主管"] == ["大区主管", "小林", "组长"]
    assert reach["组长"] == ["组长", "小林"]
    assert reach["外人"] == ["外人"]
    assert sorted(reach["管理员"]) == sorted(["管理员", "大区主管", "组长", "外人", "小林"])
