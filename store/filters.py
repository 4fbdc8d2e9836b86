"""Which customers a filter means (`knowledge/filters.py`), asked of the database: a query, never a copy.

`scope` is part of every query: the people whose customers may be seen (None: everybody's). The types of rules are
worked out inside the query as `knowledge.rules.judge` does: NULL stands for what is not known, and the first rule that
is not false decides.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from math import ceil, floor
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, exists, false, func, not_, null, or_, select, true
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from knowledge.filters import (
    STALE,
    TEXTS,
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
    Term,
    Typed,
    Unplanned,
)
from knowledge.kinds import BIRTHDAY, FAMILY, PROMISE
from knowledge.rules import Condition, Rule, Value
from knowledge.systems import RuleSystem, Systems
from store.tables import Complaint, ContactRow, KnownFact, Prospect, Reminder, Visit

PAGE = 8
LATELY = timedelta(days=90)
REVENUE = "revenue"
Scope = Collection[int] | None
Truth = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Sight:
    """From where customers are looked at: whose, when, and with which knowledge. `now` is aware UTC."""

    scope: Scope
    now: datetime
    tz: str
    systems: Systems
    primary: str

    @property
    def today(self) -> date:
        """The local date."""
        return self.now.astimezone(ZoneInfo(self.tz)).date()

    def start_of(self, day: date) -> datetime:
        """The instant at which a local day begins."""
        return datetime.combine(day, time(), ZoneInfo(self.tz))


def count(session: Session, sight: Sight, wanted: Filter) -> int:
    """How many customers are meant."""
    found = _Query(sight).over(select(func.count()), wanted)
    return int(session.execute(found).scalar_one())


def by_owner(session: Session, sight: Sight, wanted: Filter) -> dict[int, int]:
    """How many of them each person has, of those who have any."""
    owner = col(Prospect.owner_id)
    found = _Query(sight).over(select(owner, func.count()), wanted).group_by(owner)
    return {id: int(count) for id, count in session.execute(found)}


def page(session: Session, sight: Sight, wanted: Filter, at: int, size: int = PAGE) -> Sequence[Prospect]:
    """One page of them, those due first."""
    day = col(Prospect.next_contact_on)
    found = _Query(sight).over(select(Prospect), wanted).order_by(day.is_(None), day, col(Prospect.id))
    return session.execute(found.offset(at * size).limit(size)).scalars().all()


def ids(session: Session, sight: Sight, wanted: Filter, most: int) -> Sequence[int]:
    """Their ids, at most so many."""
    found = _Query(sight).over(select(col(Prospect.id)), wanted).order_by(col(Prospect.id)).limit(most)
    return [id or 0 for id in session.execute(found).scalars()]


@dataclass
class _Query:
    """A query in the making: facts are joined once each, however many terms ask for them."""

    sight: Sight
    facts: dict[str, Any] = field(default_factory=dict)
    places: Any = None

    def over(self, found: Any, wanted: Filter) -> Any:
        """The statement with everything that the filter wants."""
        terms = [self.term(term) for term in wanted.terms]
        status = "archived" if _about_archived(wanted.terms) else "active"
        found = found.select_from(Prospect)
        for id, alias in self.facts.items():
            found = found.outerjoin(alias, self._is(alias, id))
        if self.places is not None:
            found = found.outerjoin(self.places, self.places.c.prospect_id == col(Prospect.id))
        if self.sight.scope is not None:
            found = found.where(col(Prospect.owner_id).in_(self.sight.scope))
        return found.where(col(Prospect.status) == status, *terms)

    def _is(self, alias: Any, id: str) -> Truth:
        """The row of a fact, unless it is too old to go by."""
        known = and_(alias.prospect_id == col(Prospect.id), alias.fact == id)
        lasts = self.sight.systems.facts[id].lasts if id in self.sight.systems.facts else 0
        return and_(known, alias.at >= self.sight.today - timedelta(days=lasts)) if lasts else known

    def term(self, term: Term) -> Truth:
        """One term as a condition."""
        match term:
            case Not(inner):
                return not_(func.coalesce(self.term(inner), false()))
            case Either(terms):
                return or_(*(self.term(one) for one in terms))
            case Every(terms):
                return and_(*(self.term(one) for one in terms))
            case Typed(system, types):
                return self._typed(system, types)
            case Condition():
                return self._condition(term)
            case Recheck():
                return rechecked(self.sight.now)
            case Idle() | Never() | Reached() | Met() | Next() | Unplanned() | Added():
                return self._when(term)
            case Comes() | Complained() | Promised() | Has() | Says() | Surnamed():
                return self._written(term)
        return _recorded(term)

    def _when(self, term: Term) -> Truth:
        """What is asked of the days on the record."""
        today, day = self.sight.today, col(Prospect.next_contact_on)
        last, created = col(Prospect.last_contact_at), col(Prospect.created_at)
        match term:
            case Idle(days):
                since = self.sight.start_of(today - timedelta(days=days - 1))
                return or_(last < since, and_(last.is_(None), created < since))
            case Reached(days):
                return last >= self.sight.start_of(today - timedelta(days=days))
            case Met(first, end):
                start, stop = (self.sight.start_of(today + timedelta(days=days)) for days in (first, end + 1))
                then = and_(col(Visit.at) >= start, col(Visit.at) < stop, col(Visit.outcome) == "reached")
                mine = col(Visit.prospect_id) == col(Prospect.id)  # a list that came in brings the last contact alone
                return or_(exists().where(mine, then), and_(last >= start, last < stop))
            case Added(days, least):
                begun, over = (self.sight.start_of(today - timedelta(days=ago)) for ago in (days, least - 1))
                return and_(created >= begun, created < over)
            case Next(first, end):
                until = day <= today + timedelta(days=end) if end is not None else day.is_not(None)
                begins = day >= today + timedelta(days=first) if first is not None else true()
                return and_(col(Prospect.paused).is_(False), until, begins)
            case Unplanned():
                return day.is_(None)
        return last.is_(None)

    def _written(self, term: Term) -> Truth:
        """What is asked of other tables, or of the texts."""
        today = self.sight.today
        match term:
            case Comes(kind, first, end):
                on = func.coalesce(col(Reminder.day), col(Reminder.on))
                window = on.between(today + timedelta(days=first), today + timedelta(days=end))
                kinds = (BIRTHDAY, FAMILY) if kind == BIRTHDAY else (kind,)
                return _reminder(col(Reminder.kind).in_(kinds), window)
            case Complained():
                mine = col(Complaint.prospect_id) == col(Prospect.id)
                return exists().where(mine, col(Complaint.closed_at).is_(None))
            case Promised(late):
                return _reminder(col(Reminder.kind) == PROMISE, col(Reminder.on) < today if late else true())
            case Has(name) if name in TEXTS:
                return col(getattr(Prospect, name)) != ""
            case Has(name):
                known: Truth = self._fact(name).id.is_not(None)
                return known
            case Says(word):
                return _says(word)
            case Surnamed(surname):
                return or_(*(col(Prospect.name_key).like(f"{before}{surname}%") for before in ("", "小", "老", "阿")))
        return _recorded(term)

    def _fact(self, id: str) -> Any:
        if id not in self.facts:
            self.facts[id] = aliased(KnownFact, name=f"fact_{len(self.facts)}")
        return self.facts[id]

    def _typed(self, system: str, types: Sequence[str]) -> Truth:
        """Of one of these types: as somebody confirmed it, else as the rules have it."""
        if not types:
            return col(Prospect.type_id) == ""
        if system == self.sight.primary:
            return col(Prospect.type_id).in_(types)
        catalogue = self.sight.systems.catalogue(system)
        confirmed = self._fact(system).value
        said: Truth = confirmed.in_([_json(type) for type in types])
        if not isinstance(catalogue, RuleSystem):
            return said
        unconfirmed = or_(confirmed.is_(None), confirmed.not_in([_json(type) for type in catalogue.types]))
        return or_(said, and_(unconfirmed, self._ruled(catalogue.rules).in_(types)))

    def _ruled(self, rules: Sequence[Rule]) -> ColumnElement[Any]:
        whens: list[tuple[Truth, Any]] = []
        for rule in rules:
            holds = and_(true(), *(self._condition(one) for one in rule.when))
            whens += [(holds, rule.type), (holds.is_(None), null())]
        return case(*whens, else_=null())

    def _condition(self, one: Condition) -> Truth:
        """A comparison; NULL while the fact is not known."""
        derived = self._derived(one)
        if derived is not None:
            return derived
        fact = self._fact(one.fact)
        if isinstance(one.value, tuple):
            among: Truth = fact.value.in_([_json(value) for value in one.value])
            return among
        if isinstance(one.value, bool | str):
            same: Truth = fact.value == _json(one.value)
            return not_(same) if one.test == "!=" else same
        return _compared(fact.number, one.test, one.value)

    def _derived(self, one: Condition) -> Truth | None:
        """What the record itself tells, None for a fact that somebody has to tell."""
        now, today, next_ = self.sight.now, self.sight.today, col(Prospect.next_contact_on)
        match one.fact:
            case "contacts":
                return _compared(_contacts(), one.test, one.value)
            case "contacts_90":
                return _compared(_contacts(now - LATELY), one.test, one.value)
            case "customer_days":
                return _in_days(one, lambda days: col(Prospect.created_at) <= now - timedelta(days=days))
            case "days_since_contact":
                last, start_of = col(Prospect.last_contact_at), self.sight.start_of
                return _in_days(one, lambda days: last < start_of(today - timedelta(days=days - 1)))
            case "overdue_days":
                return _in_days(one, lambda days: _late(next_, today, days) if days > 0 else true())
            case "promised":
                promised = _reminder(col(Reminder.kind) == PROMISE)
                return promised if (one.value is True) is (one.test == "=") else not_(promised)
            case "behavior":
                return _compared(func.nullif(col(Prospect.type_id), ""), one.test, one.value)
            case "revenue_share" | "revenue_rank_share":
                if self.places is None:
                    self.places = _places(self.sight.scope)
                known = self._fact(REVENUE).number.is_not(None)
                value = case((known, self.places.c[one.fact]), else_=null())
                return _compared(value, one.test, one.value)
        return None


def rechecked(now: datetime) -> Truth:
    """Whether the type of the primary system has to be looked at again."""
    at, owned = func.coalesce(col(Prospect.type_at), col(Prospect.created_at)), col(Prospect.owned_at)
    old = or_(at < now - timedelta(days=STALE), and_(owned.is_not(None), at < owned))
    return and_(col(Prospect.type_id) != "", old)


def _recorded(term: Term) -> Truth:
    match term:
        case Graded(grades):
            return col(Prospect.grade).in_(grades)
        case Owned(people):
            return col(Prospect.owner_id).in_(people)
        case Paused():
            return col(Prospect.paused).is_(True)
        case Archived():
            return true()  # says which customers are looked at in the first place
    raise TypeError(f"no condition is made of {term!r}")


def _about_archived(terms: Sequence[Term]) -> bool:
    return any(isinstance(term, Archived) for term in terms)


def _reminder(*wanted: Truth) -> Truth:
    mine = col(Reminder.prospect_id) == col(Prospect.id)
    return exists().where(mine, col(Reminder.state) == "open", *wanted)


def _says(word: str) -> Truth:
    pattern = f"%{word.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
    columns = (Prospect.name_key, Prospect.name, Prospect.company, Prospect.notes, Prospect.next_step)
    contact = exists().where(
        col(ContactRow.prospect_id) == col(Prospect.id), col(ContactRow.name).ilike(pattern, escape="!")
    )
    return or_(*(col(column).ilike(pattern, escape="!") for column in columns), contact)


def _contacts(since: datetime | None = None) -> ColumnElement[int]:
    reached = select(func.count()).where(col(Visit.prospect_id) == col(Prospect.id), col(Visit.outcome) == "reached")
    if since is not None:
        reached = reached.where(col(Visit.at) >= since)
    return reached.correlate(Prospect).scalar_subquery()


def _compared(column: Any, test: str, value: Any) -> Truth:
    made: dict[str, Any] = {
        "<": lambda: column < value,
        "<=": lambda: column <= value,
        ">": lambda: column > value,
        ">=": lambda: column >= value,
        "=": lambda: column == value,
        "!=": lambda: column != value,
        "in": lambda: column.in_(value),
    }
    condition: Truth = made[test]()
    return condition


def _late(day: Any, today: date, days: int) -> Truth:
    return func.coalesce(day <= today - timedelta(days=days), false())


def _in_days(one: Condition, at_least: Any) -> Truth:
    """A comparison of a count of whole days, of which the query only knows whether it is at least so many."""
    value = one.value if isinstance(one.value, int | float) else 0
    up, over = at_least(ceil(value)), at_least(floor(value) + 1)
    tests: dict[str, Truth] = {
        ">=": up,
        ">": over,
        "<": not_(up),
        "<=": not_(over),
        "=": and_(up, not_(over)) if value == int(value) else false(),
        "!=": or_(not_(up), over) if value == int(value) else true(),
    }
    return tests[one.test]


def _places(scope: Scope) -> Any:
    """Of each customer what those of the same owner with more come to, as a share, and the place among all of them;
    `knowledge.facets.shares` in SQL.
    """
    owner, number = col(Prospect.owner_id), col(KnownFact.number)
    theirs = aliased(Prospect)
    many = select(col(theirs.owner_id), func.count().label("count")).where(col(theirs.status) == "active")
    if scope is not None:
        many = many.where(col(theirs.owner_id).in_(scope))
    everybody = many.group_by(col(theirs.owner_id)).subquery("everybody")
    down = number.desc()
    above = func.coalesce(func.sum(number).over(partition_by=owner, order_by=down, groups=(None, -1)), 0.0)
    total = func.sum(number).over(partition_by=owner)
    share = case((total > 0, above / func.nullif(total, 0)), else_=1.0)
    rank = func.rank().over(partition_by=owner, order_by=down) * 1.0 / everybody.c.count
    found = (
        select(col(Prospect.id).label("prospect_id"), share.label("revenue_share"), rank.label("revenue_rank_share"))
        .join(KnownFact, col(KnownFact.prospect_id) == col(Prospect.id))
        .join(everybody, everybody.c.owner_id == owner)
        .where(col(Prospect.status) == "active", col(KnownFact.fact) == REVENUE, number.is_not(None))
    )
    if scope is not None:
        found = found.where(owner.in_(scope))
    return found.subquery("places")


def _json(value: Value) -> str:
    return json.dumps(value, ensure_ascii=False)
