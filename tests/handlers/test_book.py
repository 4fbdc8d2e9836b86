"""The workbook of an export: who sees what, and that nothing is lost on the way out and in again."""

import io
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlmodel import Session, SQLModel, col, delete, select

from bot import sample
from bot.service import open_database
from handlers import book
from knowledge.columns import Field, fields
from knowledge.errors import ZhikeError
from knowledge.imports import Doubles
from knowledge.systems import load_systems
from knowledge.text import digits, key, legible, printable
from store import complaints, contacts, exports, facts, imports, interviews, people, prospects, quizzes
from store.db import Database
from store.imports import Order
from store.tables import Complaint, ContactRow, Feedback, Person, Prospect
from tests.conftest import MONDAY, planner

SYSTEMS = load_systems()
FIELDS: Mapping[str, Field] = fields(SYSTEMS, "behavior")
TODAY = date(2026, 11, 23)
KEPT = tuple(
    column.name
    for column in SQLModel.metadata.tables["prospect"].columns
    if column.name not in {"id", "owner_id", "created_at", "updated_at", "owned_at", "pooled_at"}
)


def tell(done: int, total: int) -> None:
    """Nobody listens."""


def url_of(db: Database) -> str:
    return db.engine.url.render_as_string(hide_password=False)


def join(session: Session, telegram_id: int, name: str, role: str = "rep", team: str = "") -> int:
    team_id = people.team_named(session, team).id if team else None
    who = {"tz": "Asia/Shanghai", "push_at": "08:30", "now": MONDAY}
    return people.join(session, telegram_id=telegram_id, name=name, role=role, team_id=team_id, **who).id or 0


def exported(db: Database, scope: list[int] | None = None, me: int | None = None) -> bytes:
    """An export as a file."""
    out = io.BytesIO()
    db.read_now(book.write, scope, out, SYSTEMS, FIELDS, me=me)
    return out.getvalue()


def sheets(data: bytes) -> dict[str, list[dict[str, Any]]]:
    """Every sheet's rows by heading."""
    found = {}
    for sheet in load_workbook(io.BytesIO(data)):
        heads, *rows = sheet.iter_rows(values_only=True)
        found[sheet.title] = [dict(zip(heads, row, strict=True)) for row in rows]
    return found


def imported(db: Database, data: bytes, owner: int, name: str = "客户.xlsx") -> dict[str, Any]:
    """Take a file in, with every row as a new customer; what was found in it."""
    body, told = imports.read(tell, url_of(db), name, data, FIELDS, TODAY, owner)
    row = db.write_now(imports.begin, person_id=owner, owner_id=owner, name=name, body=body, told=told, now=MONDAY)
    order = Order(
        row.id or 0, good_only=False, doubles=Doubles.NEW, rhythms=planner(load_systems()).rhythms, days={}, now=MONDAY
    )
    imports.take(tell, url_of(db), order, FIELDS, TODAY)
    return dict(json.loads(told))


def all_of(db: Database) -> list[dict[str, Any]]:
    """Every customer with the facts, as far as an import covers them."""

    def read(session: Session) -> list[dict[str, Any]]:
        rows = session.exec(select(Prospect).order_by(col(Prospect.id))).all()
        return [
            {name: getattr(row, name) for name in KEPT}
            | {"facts": {fact: value for fact, (value, _) in facts.known(session, row.id or 0).items()}}
            for row in rows
        ]

    return db.read_now(read)


# --- out and in again -------------------------------------------------------------------------------------------------

SHORT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Co", "Cn")), max_size=14)
LINES = [
    SHORT.map(lambda text: printable(text, 60)),
    st.sampled_from(["=1+1", "'=x", "''@", "+86", "-", "@王", "007", "1e5"]),
]
LINE = st.one_of(*LINES).filter(lambda text: "x005F" not in text)  # openpyxl takes that for an escape of its own
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2026, 11, 22)).map(  # noqa: DTZ001 - hypothesis adds the zone
    lambda at: at.replace(microsecond=0, tzinfo=UTC)
)


@st.composite
def customers(draw: st.DrawFn) -> dict[str, Any]:
    """A customer as the bot may have one on record."""
    name = draw(LINE.filter(bool).filter(lambda text: text not in {"合计", "总计"} and not text.startswith("例：")))
    phone = draw(
        st.one_of(
            st.just(""), st.from_regex(r"\+?[0-9][0-9 -]{5,18}[0-9]", fullmatch=True).map(lambda t: " ".join(t.split()))
        )
    )
    judged = draw(st.sampled_from(["", *SYSTEMS["behavior"].types]))
    sure = draw(st.sampled_from([1.0, 0.42, 0.8612345])) if judged else 0.0
    status = draw(st.sampled_from(["active", "archived"]))
    on = draw(st.one_of(st.none(), DAYS)) if status == "archived" else draw(DAYS)
    told = draw(
        st.dictionaries(
            st.sampled_from([one.id for one in FIELDS.values() if one.fact]), st.integers(0, 10**6), max_size=4
        )
    )
    return {
        "name": name,
        "name_key": key(name),
        "company": draw(LINE),
        "phone": phone,
        "phone_key": digits(phone),
        "wechat": draw(LINE),
        "notes": draw(st.lists(LINE, max_size=3).map(lambda rows: legible("\n".join(rows)))),
        "next_step": draw(LINE),
        "grade": draw(st.sampled_from(["", "A", "B", "C", "D"])),
        "status": status,
        "type_id": judged,
        "type_p": sure,
        "type_by": ("corrected" if sure == 1 else "inferred") if judged else "",
        "type_why": draw(LINE) if judged else "",
        "type_at": draw(TIMES) if judged else None,
        "last_contact_at": draw(st.one_of(st.none(), TIMES)),
        "next_contact_on": on,
        "every_days": draw(st.one_of(st.none(), st.integers(1, 365))),
        "paused": draw(st.booleans()),
        "facts": {id: _some(FIELDS[id], number) for id, number in told.items()},
    }


def _some(one: Field, number: int) -> Any:
    """A value that the fact may have."""
    fact = one.fact
    assert fact is not None
    if fact.kind in {"flag", "choice"}:
        return fact.choices[number % len(fact.choices)].value
    if fact.kind in {"number", "money"}:
        return number
    if fact.kind == "yearly":
        return f"{'L' if number % 2 else ''}{number % 12 + 1:02}{'+' if number % 4 == 3 else '-'}{number % 28 + 1:02}"
    return (date(2026, 1, 1) + timedelta(days=number % 365)).isoformat()


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, Database]]:
    """Two databases, each with one rep whose id is 1."""
    folder = tmp_path_factory.mktemp("pair")
    both = open_database(f"sqlite:///{folder / 'a.db'}"), open_database(f"sqlite:///{folder / 'b.db'}")
    for db in both:
        db.write_now(join, 11, "小林")
    yield both
    for db in both:
        db.close()


@given(rows=st.lists(customers(), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_an_export_imported_into_an_empty_database_is_the_same(
    pair: tuple[Database, Database], rows: list[dict[str, Any]]
) -> None:
    first, second = pair
    for db in pair:
        db.write_now(lambda session: session.exec(delete(Prospect)))
    first.write_now(_keep, 1, rows)
    imported(second, exported(first), 1)

    assert all_of(second) == all_of(first)


def _keep(session: Session, owner: int, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        told = {name: value for name, value in row.items() if name != "facts"}
        kept = prospects.add(session, Prospect(owner_id=owner, created_at=MONDAY, updated_at=MONDAY, **told))
        for fact, value in row["facts"].items():
            facts.keep(session, kept.id or 0, fact, value, TODAY)


def test_the_sample_team_survives_out_and_in_on_either_database(db: Database, tmp_path: Path) -> None:
    db.write_now(sample.fill, MONDAY)
    rep = db.read_now(people.by_telegram, 1001)
    assert rep is not None
    before = all_of(db)[:7]
    data = exported(db, [rep.id or 0])
    empty = open_database(f"sqlite:///{tmp_path / 'empty.db'}")
    owner = empty.write_now(join, 1001, "小李")
    found = imported(empty, data, owner)
    after = all_of(empty)
    empty.close()

    names = {row["name"] for row in after}
    assert found["fault_count"] == 0
    assert names == {row["name"] for row in sheets(data)["客户"] for row in [{"name": row["称呼"]}]}
    assert after == [row for row in before if row["name"] in names]


def test_facts_keep_the_day_since_which_they_are_known(db: Database, tmp_path: Path) -> None:
    owner = db.write_now(join, 11, "小林")

    def keep(session: Session) -> None:
        row = Prospect(owner_id=owner, name="王总", name_key="王总", created_at=MONDAY, updated_at=MONDAY)
        id = prospects.add(session, row).id or 0
        facts.keep(session, id, "revenue", 5, date(2026, 9, 1))
        facts.keep(session, id, "orders", 2, date(2026, 10, 1))

    db.write_now(keep)
    empty = open_database(f"sqlite:///{tmp_path / 'empty.db'}")
    imported(empty, exported(db), empty.write_now(join, 11, "小林"))
    known = empty.read_now(facts.known, 1)
    empty.close()

    assert known == {"revenue": (5, date(2026, 9, 1)), "orders": (2, date(2026, 9, 1))}


# --- every sheet ------------------------------------------------------------------------------------------------------


@pytest.fixture
def busy(db: Database) -> Database:
    """A team of two reps and a manager; the first rep's customer has something on every sheet."""

    def fill(session: Session) -> None:
        mine, _, _ = (join(session, 11, "小林", team="城西组"), join(session, 12, "小梅", team="城西组"), 0)
        join(session, 13, "陈主管", "manager", "城西组")
        join(session, 14, "外人", team="城东组")
        row = Prospect(owner_id=mine, name="=王总", name_key="王总", created_at=MONDAY, updated_at=MONDAY, grade="A")
        id = prospects.add(session, row).id or 0
        facts.keep(session, id, "revenue", 120_000, TODAY)
        facts.keep(session, id, "buyer_role", next(iter(SYSTEMS["buyer_role"].types)), TODAY)
        one = complaints.add(session, Complaint(prospect_id=id, person_id=mine, opened_at=MONDAY, what="送晚了"))
        complaints.note(session, one.id or 0, mine, "opened", "送晚了", MONDAY)
        person = ContactRow(prospect_id=id, name="李工", influence="large", created_at=MONDAY, updated_at=MONDAY)
        contacts.add(session, person)
        state = {
            "system": "behavior",
            "phase": "result",
            "asking": None,
            "more": 0,
            "turns": [["open", None, "老在砍价"]],
        }
        kept = interviews.begin(
            session, person_id=mine, name="=王总", prospect_id=id, state=state, now=MONDAY, open=False
        )
        other = Feedback(
            person_id=mine,
            interview_id=kept.id,
            system="behavior",
            said="bargainer",
            said_p=0.7,
            correct="shrewd",
            at=MONDAY,
        )
        interviews.correct(session, other)
        for prospect in (id, None):
            sheet = {"given": {}, "at": 0, "whom": "self"}
            quiz = quizzes.begin(
                session, person_id=mine, prospect_id=prospect, system="animal", sheet=sheet, now=MONDAY
            )
            quiz.done_at = MONDAY
            session.add(quiz)

    db.write_now(fill)
    return db


def ids(db: Database) -> dict[str, int]:
    return {row.name: row.id or 0 for row in db.read_now(lambda session: session.exec(select(Person)).all())}


def test_every_table_has_its_sheet_with_words_instead_of_codes(busy: Database) -> None:
    found = sheets(exported(busy))

    assert list(found) == ["客户", "来往", "提醒", "投诉", "投诉经过", "人脉", "测试", "判断", "资料", "图表"]
    assert found["客户"][0]["称呼"] == "'=王总"
    assert found["客户"][0]["年成交额"] == 120_000
    assert (found["投诉"][0]["什么事"], found["投诉经过"][0]["做了什么"]) == ("送晚了", "开卡")
    assert (found["人脉"][0]["姓名"], found["人脉"][0]["影响力"]) == ("李工", "影响力大")
    assert (found["判断"][0]["说过的话"], found["判断"][0]["当时判断"], found["判断"][0]["确认或改成"]) == (
        "老在砍价",
        "杀价型",
        "精明型",
    )
    assert [row["哪一项"] for row in found["资料"]] == ["年成交额", "采购人角色"]
    assert [row["测试"] for row in found["测试"]] == ["动物性格测试"]


def test_a_manager_sees_the_team_a_rep_only_the_own_and_nobody_what_others_say_of_themselves(busy: Database) -> None:
    who = ids(busy)

    def seen(telegram_id: int) -> dict[str, int]:
        found = busy.read_now(exports.scope_of, telegram_id)
        assert found is not None
        person, scope = found
        return {title: len(rows) for title, rows in sheets(exported(busy, scope, person.id)).items() if title != "图表"}

    manager, mine, mate, outsider = seen(13), seen(11), seen(12), seen(14)

    assert who.keys() == {"小林", "小梅", "陈主管", "外人"}
    assert manager["客户"] == mine["客户"] == 1
    assert set(mate.values()) == set(outsider.values()) == {0}
    assert mine["测试"] == 2  # of the customer, and of oneself
    assert manager == mine | {"测试": 1}


def test_the_charts_are_the_workbooks_own(busy: Database) -> None:
    book = load_workbook(io.BytesIO(exported(busy)))

    assert len(book["图表"]._charts) == 4
    assert book["客户"].freeze_panes == "A2"
    assert book["客户"].auto_filter.ref.endswith("2")
    assert book["客户"].column_dimensions["C"].width == 14


def test_a_stranger_gets_no_export(busy: Database) -> None:
    with pytest.raises(ZhikeError, match="只有团队成员"):
        book.export(tell, url_of(busy), 99, FIELDS)


def test_an_export_says_how_many_of_how_many_people(busy: Database) -> None:
    data, count, persons = book.export(tell, url_of(busy), 13, FIELDS)

    assert (count, persons) == (1, 3)
    assert sheets(data)["客户"][0]["负责人"] == "小林"


def test_the_template_is_read_with_every_heading_and_without_its_examples(db: Database) -> None:
    owner = db.write_now(join, 11, "小林")
    body, told = imports.read(tell, url_of(db), "客户表模板.xlsx", book.template(tell, FIELDS), FIELDS, TODAY, owner)
    found = json.loads(told)

    assert body
    assert all(found["columns"])
    assert (found["rows"], found["left"], found["fault_count"]) == (0, 2, 0)
