"""Filters asked of both databases; the types of rules come out as `knowledge.facets` has them."""

import random
from datetime import date, datetime, timedelta

import pytest

from knowledge.facets import facet, shares
from knowledge.facts import current
from knowledge.filters import (
    Added,
    Archived,
    Comes,
    Complained,
    Either,
    Every,
    Filter,
    Graded,
    Has,
    Idle,
    Met,
    Never,
    Next,
    Not,
    Owned,
    Paused,
    Promised,
    Reached,
    Recheck,
    Says,
    Surnamed,
    Typed,
    Unplanned,
)
from knowledge.rules import Condition
from knowledge.systems import RuleSystem, Systems
from store import facts, filters, occasions, reminders, visits
from store.filters import Sight
from store.tables import Complaint, ContactRow, Visit

TZ = "Asia/Shanghai"


@pytest.fixture
def look(session, me, now, systems):
    """`look(*terms, scope=…)`: the names of the customers that these terms mean, in the order of a page."""

    def look_(*terms, scope=None):
        sight = Sight([me.id] if scope is None else scope, now, TZ, systems, "behavior")
        wanted = Filter(terms, ())
        rows = filters.page(session, sight, wanted, 0, 50)
        assert filters.count(session, sight, wanted) == len(rows)
        assert sorted(filters.ids(session, sight, wanted, 50)) == sorted(row.id for row in rows)
        return [row.name for row in rows]

    return look_


def test_who_was_in_touch_in_a_week_that_is_over_is_read_from_the_contacts(session, me, customer, now, look):
    ago = lambda days: now - timedelta(days=days)  # noqa: E731
    both = customer(session, me, "王总", last_contact_at=now)
    customer(session, me, "小王", last_contact_at=ago(8))
    customer(session, me, "欧阳老师")
    tried = customer(session, me, "大王庄", last_contact_at=now)
    visits.log(session, Visit(prospect_id=both.id, person_id=me.id, at=ago(8), outcome="reached"))
    visits.log(session, Visit(prospect_id=both.id, person_id=me.id, at=now, outcome="reached"))
    visits.log(session, Visit(prospect_id=tried.id, person_id=me.id, at=ago(8), outcome="missed"))

    assert sorted(look(Met(-10, -7))) == ["小王", "王总"]
    assert sorted(look(Not(Met(-10, -7)))) == ["大王庄", "欧阳老师"]
    assert sorted(look(Not(Reached(3)))) == ["小王", "欧阳老师"]
    assert sorted(look(Surnamed("王"))) == ["小王", "王总"]
    assert look(Surnamed("欧阳")) == ["欧阳老师"]


def test_fields_of_the_record(session, me, other, customer, now, today, look):
    ago = lambda days: now - timedelta(days=days)  # noqa: E731
    customer(
        session,
        me,
        "甲",
        grade="A",
        next_contact_on=today - timedelta(days=1),
        last_contact_at=ago(14),
        created_at=ago(90),
    )
    customer(
        session,
        me,
        "乙",
        grade="B",
        next_contact_on=today,
        last_contact_at=ago(13),
        phone="139",
        type_id="analytical",
        type_at=ago(400),
        created_at=ago(90),
    )
    customer(
        session,
        me,
        "丙",
        created_at=ago(20),
        paused=True,
        next_contact_on=today,
        notes="住城东",
        type_id="silent",
        type_at=ago(3),
        owned_at=ago(2),
    )
    customer(session, me, "丁", company="100%_纯", type_id="silent", type_at=ago(3))
    customer(session, me, "戊", status="archived", grade="A")
    customer(session, other, "己", grade="A")

    told = {
        "A": look(Graded(("A",))),
        "none": look(Graded(("",))),
        "idle 14": look(Idle(14)),
        "idle 15": look(Idle(15)),
        "never": look(Never()),
        "reached": look(Reached(13)),
        "late": look(Next(None, -1)),
        "due": look(Next(None, 0)),
        "ahead": look(Next(0, 7)),
        "unplanned": look(Unplanned()),
        "paused": look(Paused()),
        "archived": look(Archived()),
        "archived A": look(Archived(), Graded(("A",))),
        "added": look(Added(0)),
        "added before": look(Added(90, 20)),
        "added in between": look(Added(89, 21)),
        "phone": look(Has("phone")),
        "no phone": look(Not(Has("phone"))),
        "typed": look(Typed("behavior", ("silent", "analytical"))),
        "untyped": look(Typed("", ())),
        "recheck": look(Recheck()),
        "east": look(Says("城东")),
        "percent": look(Says("0%_")),
        "wild": look(Says("%")),
        "either": look(Either((Graded(("B",)), Paused()))),
        "not": look(Not(Either((Graded(("B",)), Paused())))),
        "theirs": look(Owned((other.id,))),
        "all": look(Graded(("A",)), scope=[me.id, other.id]),
        "of all": look(Owned((other.id,)), scope=[me.id, other.id]),
    }

    assert told == {
        "A": ["甲"],
        "none": ["丙", "丁"],
        "idle 14": ["甲", "丙"],
        "idle 15": ["丙"],
        "never": ["丙", "丁"],
        "reached": ["乙"],
        "late": ["甲"],
        "due": ["甲", "乙"],
        "ahead": ["乙"],
        "unplanned": ["丁"],
        "paused": ["丙"],
        "archived": ["戊"],
        "archived A": ["戊"],
        "added": ["丁"],
        "added before": ["甲", "乙", "丙"],
        "added in between": [],
        "phone": ["乙"],
        "no phone": ["甲", "丙", "丁"],
        "typed": ["乙", "丙", "丁"],
        "untyped": ["甲"],
        "recheck": ["乙", "丙"],
        "east": ["丙"],
        "percent": ["丁"],
        "wild": ["丁"],
        "either": ["乙", "丙"],
        "not": ["甲", "丁"],
        "theirs": [],
        "all": ["甲", "己"],
        "of all": ["己"],
    }


def test_what_stands_in_other_tables(session, me, customer, now, today, look):
    one, two = customer(session, me, "甲"), customer(session, me, "乙")
    session.add(Complaint(prospect_id=one.id, person_id=me.id, opened_at=now, what="慢"))
    session.add(Complaint(prospect_id=two.id, person_id=me.id, opened_at=now, what="吵", closed_at=now))
    session.add(ContactRow(prospect_id=two.id, name="贾工", created_at=now, updated_at=now))
    reminders.promise(session, prospect_id=two.id, person_id=me.id, on=today - timedelta(days=1), what="送样", now=now)
    reminders.promise(session, prospect_id=one.id, person_id=me.id, on=today, what="送样", now=now)
    reminders.place(
        session,
        person_id=me.id,
        prospect_id=one.id,
        kind="birthday",
        key="0",
        on=today,
        day=today + timedelta(days=30),
        now=now,
    )
    for _ in range(2):
        visits.log(session, Visit(prospect_id=two.id, person_id=me.id, at=now, outcome="reached"))
    visits.log(session, Visit(prospect_id=one.id, person_id=me.id, at=now, outcome="missed"))
    session.flush()

    assert look(Complained()) == ["甲"]
    assert look(Not(Complained())) == ["乙"]
    assert look(Promised()) == ["甲", "乙"]
    assert look(Promised(late=True)) == ["乙"]
    assert look(Comes("birthday", 0, 30)) == ["甲"]
    assert look(Comes("birthday", 0, 29)) == []
    assert look(Comes("renewal", 0, 30)) == []
    occasions.keep_family(session, two, "女儿", f"{today + timedelta(days=20):%m-%d}", today, now)
    assert look(Comes("birthday", 0, 30)) == ["甲", "乙"]
    assert look(Comes("birthday", 0, 19)) == []
    assert look(Not(Comes("birthday", 0, 30))) == []
    assert look(Says("贾工")) == ["乙"]
    assert look(Condition("contacts", ">=", 2)) == ["乙"]
    assert look(Condition("contacts", "<", 2)) == ["甲"]


def test_facts_that_are_known_and_not_too_old(session, me, customer, today, look):
    for name, revenue, on in (("甲", 600000, today), ("乙", 100, today), ("丙", 900000, today - timedelta(days=91))):
        row = customer(session, me, name)
        facts.keep(session, row.id, "revenue", revenue, on)
        facts.keep(session, row.id, "knows_trade", name == "甲", on)
    customer(session, me, "丁")

    assert look(Condition("revenue", ">=", 500000)) == ["甲"]
    assert look(Every((Condition("revenue", ">=", 50), Condition("revenue", "<=", 100)))) == ["乙"]
    assert look(Not(Every((Condition("revenue", ">=", 50), Condition("revenue", "<=", 100))))) == ["甲", "丙", "丁"]
    assert look(Not(Condition("revenue", ">=", 500000))) == ["乙", "丙", "丁"]
    assert look(Condition("knows_trade", "=", False)) == ["乙", "丙"]  # lasts a year
    assert look(Has("revenue")) == ["甲", "乙"]
    assert look(Typed("spend_tier", ("platinum", "gold"))) == ["甲"]
    assert look(Typed("spend_tier", ("ordinary",))) == ["乙"]


def _known(row, told, promised, reached, lately, place, systems, now: datetime, today: date):
    """What `handlers.facets.known` makes of a customer, from what the test has put there."""
    known = current(told, systems.facts, today)
    known |= {"contacts": reached, "contacts_90": lately, "customer_days": (now - row.created_at).days}
    known["promised"] = promised
    known["overdue_days"] = max(0, (today - row.next_contact_on).days) if row.next_contact_on else 0
    if row.last_contact_at:
        known["days_since_contact"] = (
            today - row.last_contact_at.astimezone(Sight([], now, TZ, systems, "").start_of(today).tzinfo).date()
        ).days
    if row.type_id:
        known["behavior"] = row.type_id
    if "revenue" in known and place:
        known["revenue_share"], known["revenue_rank_share"] = place
    return known


def test_types_of_rules_are_those_of_the_facets(session, me, customer, now, today, systems: Systems):
    chance = random.Random(20261126)
    rows, told = [], {}
    for number in range(120):
        row = customer(
            session,
            me,
            f"客{number}",
            created_at=now - timedelta(days=chance.randrange(400)),
            type_id=chance.choice(["", "silent", "loyal"]),
            next_contact_on=chance.choice([None, today - timedelta(days=chance.randrange(90)), today]),
            last_contact_at=chance.choice([None, now - timedelta(hours=chance.randrange(3000))]),
        )
        known = {}
        for fact in systems.facts.values():
            if chance.random() < 0.8 and fact.choices:
                value = chance.choice(fact.choices).value
                on = today - timedelta(days=chance.choice([0, 0, 0, 45, 100]))
                facts.keep(session, row.id, fact.id, value, on)
                known[fact.id] = (value, on)
        if chance.random() < 0.2:
            facts.keep(session, row.id, "spend_tier", "gold", today)
            known["spend_tier"] = ("gold", today)
        if chance.random() < 0.3:
            reminders.promise(session, prospect_id=row.id, person_id=me.id, on=today, what="", now=now)
            known["promise"] = (True, today)
        times = [now - timedelta(days=chance.randrange(200)) for _ in range(chance.randrange(6))]
        for at in times:
            visits.log(session, Visit(prospect_id=row.id, person_id=me.id, at=at, outcome="reached"))
        rows.append(row)
        told[row.id] = (known, times)
    amounts = facts.numbers(session, me.id, "revenue")
    places = shares(amounts, len(rows))
    wrong, seen = [], set()
    for system in (one for one in systems if isinstance(one, RuleSystem)):
        expected: dict[str, set[str]] = {type: set() for type in system.types}
        for row in rows:
            known, times = told[row.id]
            lately = sum(at >= now - timedelta(days=90) for at in times)
            promised = "promise" in known
            facts_ = {id: value for id, value in known.items() if id != "promise"}
            full = _known(row, facts_, promised, len(times), lately, places.get(row.id), systems, now, today)
            kind = facet(system, full, (), systems.facts).kind
            if kind:
                expected[kind.id].add(row.name)
                seen.add(system.id)
        sight = Sight([me.id], now, TZ, systems, "behavior")
        for type, names in expected.items():
            found = filters.page(session, sight, Filter((Typed(system.id, (type,)),), ()), 0, 200)
            if {row.name for row in found} != names:
                wrong.append((system.id, type, sorted({row.name for row in found} ^ names)))

    assert wrong == []
    assert len(seen) > 15
