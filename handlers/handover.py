"""Customers change hands: `/transfer`, the pool `/pool`, leaving the team `/leave`, and the buttons of `u:`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from telegram import Update

from cards import handover as words
from cards import people as general
from cards import prospects as prospect_words
from cards.card import Act, Card, Change, Say, Tell, Toast
from cards.days import ago, day
from cards.handover import Colleague, Load
from handlers import lists
from handlers.desk import Context, Turn, answer, number
from handlers.views import view_of
from knowledge.cadence import GRADES
from knowledge.interview import LONGEST_TEXT
from knowledge.text import key, printable
from store import complaints, handover, people, prospects, reminders, visits
from store import filters as rows
from store import lists as saved
from store.handover import Moved
from store.people import MANAGERS
from store.tables import Person, Prospect

MOST = 5000  # customers of one list that change hands at once
PAGES = 9999


async def transfer(update: Update, context: Context) -> None:
    """`/transfer`, `/transfer 王总 小周`, `/transfer 小李 小周`."""
    text = printable(" ".join(context.args or ()), LONGEST_TEXT)
    await answer(update, context, partial(asked, text=text))


async def pool(update: Update, context: Context) -> None:
    """`/pool`."""
    await answer(update, context, _show_pool)


async def leave(update: Update, context: Context) -> None:
    """`/leave`."""
    await answer(update, context, _ask_leave)


async def tapped(update: Update, context: Context) -> None:
    """A button of a hand-over."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    await answer(update, context, partial(tap, data=data))


def asked(turn: Turn, text: str) -> Sequence[Act]:
    """Whose customers, or at once what and to whom."""
    if text:
        return _said(turn, text)
    if turn.caller.role not in MANAGERS:
        found, _ = prospects.page(turn.session, turn.me, "", 0)
        return [Say(words.own([(row.id or 0, _label(turn, row)) for row in found]))]
    scope = people.reach_ids(turn.session, turn.caller)
    found_ = handover.counts(turn.session, scope)
    return [Say(words.sources([_colleague(one, count) for one, count in found_ if count or one.role == "rep"]))]


def _said(turn: Turn, text: str) -> Sequence[Act]:
    """`王总 小周`: the last word is who takes over, what stands before it a customer or a person."""
    head, _, tail = text.rpartition(" ")
    to = next((one for one in _targets(turn) if key(one.name) == key(tail)), None)
    if to is None or not head:
        return [Say(words.unknown(tail if head else text))]
    if turn.caller.role in MANAGERS:
        named = people.named_in_reach(turn.session, turn.caller)
        whose = next((ids for name, ids in named.items() if key(name) == key(head)), ())
        if len(whose) == 1:
            return _ask(turn, f"a{whose[0]}", to.id or 0)
    found = prospects.named_in(turn.session, people.reach_ids(turn.session, turn.caller), key(head))
    if len(found) == 1:
        return _ask(turn, f"p{found[0].id}", to.id or 0)
    if found:
        names = people.names(turn.session, {row.owner_id for row in found})
        return [Say(words.own([(row.id or 0, f"{_label(turn, row)} {names[row.owner_id]}") for row in found]))]
    return [Say(words.unknown(head))]


def tap(turn: Turn, data: str) -> Sequence[Act]:
    """`u:<verb>:<what>[:<argument>]`, none of which can be trusted."""
    _, verb, what, argument = [*data.split(":"), "", "", ""][:4]
    verbs: Mapping[str, Callable[[], Sequence[Act]]] = {
        "no": lambda: [Toast(words.put_down()), Change(general.cancelled(words.put_down()))],
        "from": lambda: _of_person(turn, number(what), min(number(argument), PAGES)),
        "who": lambda: _whom(turn, what),
        "ask": lambda: _ask(turn, what, number(argument)),
        "do": lambda: _do(turn, what, number(argument)),
        "undo": lambda: _undo(turn, what),
        "pool": lambda: [Change(_pool(turn, min(number(what), PAGES)))],
        "pooled": lambda: _put_into_pool(turn, number(what)),
        "claim": lambda: _claim(turn, number(what)),
        "leave": lambda: _leave(turn),
        "out": lambda: _ask_out(turn, number(what)),
        "gone": lambda: _remove(turn, number(what)),
    }
    chosen = verbs.get(verb)
    return chosen() if chosen else [Toast(general.stale())]


# --- what, and to whom ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _What:
    zh: str
    ids: Sequence[int]


def _what(turn: Turn, code: str) -> _What | None:
    """What `code` stands for, as far as it is the caller's to hand over."""
    kind, id = code[:1], number(code[1:])
    if kind == "p":
        row = prospects.seen(turn.session, turn.caller, id)
        return _What(row.name, [id]) if row else None
    if turn.caller.role not in MANAGERS:
        return None
    if kind == "l":
        listed = saved.seen(turn.session, turn.caller, id)
        if listed is None:
            return None
        wanted = lists.read(turn, listed.words)
        ids = rows.ids(turn.session, lists.sight_of(turn), wanted, MOST) if wanted.terms else ()
        return _What(listed.name or listed.words, ids)
    one = _theirs(turn, id) if kind == "a" else None
    return _What(f"{one.name} 的全部客户", handover.of_person(turn.session, id)) if one else None


def _theirs(turn: Turn, person_id: int) -> Person | None:
    """A person whose customers the caller may hand over, whether they have left or not."""
    if turn.caller.role not in MANAGERS:
        return None
    scope = people.reach_ids(turn.session, turn.caller)
    return people.by_id(turn.session, person_id) if scope is None or person_id in scope else None


def _targets(turn: Turn) -> Sequence[Person]:
    """Who may get customers: of a rep the colleagues of the team, of a manager everybody in reach."""
    if turn.caller.role in MANAGERS:
        return people.in_reach(turn.session, turn.caller)
    return people.mates(turn.session, turn.person)


def _to(turn: Turn, person_id: int) -> Person | None:
    return next((one for one in _targets(turn) if one.id == person_id), None)


def _of_person(turn: Turn, person_id: int, at: int) -> Sequence[Act]:
    one = _theirs(turn, person_id)
    if one is None:
        return [Toast(words.not_yours(), alert=True)]
    count = handover.count(turn.session, person_id)
    at = min(at, max(0, (count - 1) // handover.PAGE))
    found = [(row.id or 0, _label(turn, row)) for row in handover.page_of(turn.session, person_id, at)]
    may_remove = one.active and one.id != turn.me and (one.role == "rep" or turn.caller.role == "admin")
    may_pool = not one.active and turn.desk.rules.idle_days > 0
    card = words.of_person(_colleague(one, count), found, at, handover.PAGE, may_remove=may_remove, may_pool=may_pool)
    return [Change(card)]


def _whom(turn: Turn, what: str) -> Sequence[Act]:
    found = _what(turn, what)
    if found is None:
        return [Toast(words.not_yours(), alert=True)]
    owners = prospects.owners(turn.session, found.ids[:1]) if what.startswith("p") else set[int]()
    owners |= {number(what[1:])} if what.startswith("a") else set()
    others = [_colleague(one, 0) for one in _targets(turn) if one.id not in owners]
    return [Say(words.targets(what, found.zh, others))]


def _ask(turn: Turn, what: str, to_id: int) -> Sequence[Act]:
    found, to = _what(turn, what), _to(turn, to_id)
    if found is None or to is None:
        return [Toast(words.not_yours(), alert=True)]
    load = _load(turn, found)
    if not load.count:
        return [Toast(words.nothing(found.zh), alert=True)]
    return [Say(words.confirm(what, load, _colleague(to, 0)))]


def _load(turn: Turn, what: _What) -> Load:
    came = handover.burden(turn.session, what.ids, turn.today)
    return Load(what.zh, came.count, came.grades, came.promises, came.complaints, came.late)


# --- doing it, and taking it back -------------------------------------------------------------------------------------


def _do(turn: Turn, what: str, to_id: int) -> Sequence[Act]:
    found, to = _what(turn, what), _to(turn, to_id)
    if found is None or to is None:
        return [Toast(words.not_yours(), alert=True)]
    return give(turn, found.zh, found.ids, to)


def give(turn: Turn, zh: str, ids: Sequence[int], to: Person) -> Sequence[Act]:
    """Hand customers over that are the caller's to hand over; both sides are told."""
    load = _load(turn, _What(zh, ids))
    moved = handover.move(turn.session, ids, to.id or 0, turn.me, turn.now)
    if not moved.count:
        return [Toast(words.nothing(zh), alert=True)]
    told = [Change(words.done(zh, moved.count, to.name, moved.batch)), *_tell_old(turn, zh, moved, to)]
    if to.id == turn.me:
        return told
    names = people.names(turn.session, set(moved.before) - {turn.me})
    before = f"（原来是 {'、'.join(names.values())} 的）" if names and not zh.startswith(tuple(names.values())) else ""
    first = handover.first_due(turn.session, ids, words.FIRST)
    row = prospects.mine(turn.session, to.id or 0, ids[0]) if len(ids) == 1 else None
    brief = words.brief(_brief(turn, row)) if row else ""
    return [*told, Tell(to.telegram_id, words.received(turn.caller.name, before, load, first, brief))]


def _tell_old(turn: Turn, zh: str, moved: Moved, to: Person) -> list[Act]:
    old = (people.by_id(turn.session, id) for id in moved.before if id != turn.me)
    return [
        Tell(one.telegram_id, words.lost(turn.caller.name, zh, moved.before[one.id or 0], to.name))
        for one in old
        if one is not None and one.active
    ]


def _brief(turn: Turn, row: Prospect) -> list[tuple[str, str]]:
    """What whoever takes over has to know first."""
    view, session, prospect_id = view_of(turn, row), turn.session, row.id or 0
    last = next(iter(visits.latest(session, prospect_id, 1)), None)
    told = [
        ("🏷", f"{view.type_zh or '还没判断类型'}　{GRADES[row.grade]}"),
        ("🕘", f"上次 {ago(view.last_contact, turn.today)}{'：' + last.note if last and last.note else ''}"),
    ]
    told += [
        ("⏰", f"{day(one.on, turn.today)}：{one.what or '说好要联系'}")
        for one in reminders.coming(session, prospect_id)
    ]
    told += [("😤", one.what) for one in complaints.open_of(session, prospect_id)]
    return [*told, *([("👉", row.next_step)] if row.next_step else [])][:8]


def _undo(turn: Turn, batch: str) -> Sequence[Act]:
    back = handover.undo(turn.session, batch, turn.me, turn.now)
    if back is None:
        return [Toast(words.too_late(), alert=True)]
    acts: list[Act] = [Change(words.undone(back.count))]
    for id, count in [*back.before.items(), (back.to_id, back.count)]:
        one = people.by_id(turn.session, id)
        if one is not None and one.active and one.id != turn.me:
            acts.append(Tell(one.telegram_id, words.returned(turn.caller.name, count, id != back.to_id)))
    return acts


# --- the pool ---------------------------------------------------------------------------------------------------------


def _show_pool(turn: Turn) -> Sequence[Act]:
    return [Say(_pool(turn, 0))]


def _cut(turn: Turn) -> datetime:
    return turn.now - timedelta(days=turn.desk.rules.idle_days)


def _pool(turn: Turn, at: int, notice: str = "") -> Card:
    days = turn.desk.rules.idle_days
    owners = people.pool_owners(turn.session, turn.caller) if days else ()
    if not owners:
        return words.no_pool()
    cut = _cut(turn)
    found, count = handover.pool(turn.session, [id for id in owners if id != turn.me], cut, turn.today, at)
    mine, _ = handover.pool(turn.session, [turn.me], cut, turn.today, 0)
    names = people.names(turn.session, {row.owner_id for row in found})
    types = turn.desk.system.types
    idle = [
        words.Idle(
            row.id or 0,
            row.name,
            row.company,
            types[row.type_id].zh if row.type_id in types else "",
            row.grade,
            _silence(turn, row),
            names.get(row.owner_id, ""),
        )
        for row in found
    ]
    own = [(row.id or 0, row.name) for row in mine]
    return words.pool(idle, count, at, handover.PAGE, own, days, notice)


def _silence(turn: Turn, row: Prospect) -> int:
    return (turn.today - turn.local(row.last_contact_at or row.created_at)).days


def _claim(turn: Turn, prospect_id: int) -> Sequence[Act]:
    owners = people.pool_owners(turn.session, turn.caller) if turn.desk.rules.idle_days else ()
    others = [id for id in owners if id != turn.me]
    moved = handover.claim(turn.session, prospect_id, others, turn.me, cut=_cut(turn), today=turn.today, now=turn.now)
    row = prospects.mine(turn.session, turn.me, prospect_id) if moved else None
    if moved is None or row is None:
        return [Toast(words.missed(), alert=True), Change(_pool(turn, 0))]
    turn.session.refresh(row)
    row.next_contact_on, row.paused = turn.today, False
    old = people.by_id(turn.session, next(iter(moved.before)))
    acts: list[Act] = [Say(words.claimed(row.name, moved.batch, prospect_id))]
    if old is not None and old.active:
        acts.append(Tell(old.telegram_id, words.claimed_from(row.name, turn.caller.name, _silence(turn, row))))
    return acts


def _put_into_pool(turn: Turn, person_id: int) -> Sequence[Act]:
    one = _theirs(turn, person_id)
    if one is None or one.active or not turn.desk.rules.idle_days:
        return [Toast(words.not_yours(), alert=True)]
    count = handover.put_into_pool(turn.session, handover.of_person(turn.session, person_id), turn.now)
    return [Change(words.pooled(one.name, count))]


# --- leaving ----------------------------------------------------------------------------------------------------------


def _ask_leave(turn: Turn) -> Sequence[Act]:
    return [Say(words.ask_leave(prospects.count(turn.session, turn.me)))]


def _leave(turn: Turn) -> Sequence[Act]:
    me = turn.person
    if me.role == "admin" and len(people.admins(turn.session)) == 1:
        return [Toast(words.last_admin(), alert=True)]
    count = handover.count(turn.session, turn.me)
    told = [
        Tell(one.telegram_id, words.colleague_left(me.name, turn.me, count)) for one in people.above(turn.session, me)
    ]
    people.leave(me)
    return [Change(words.left()), *told]


def _removable(turn: Turn, person_id: int) -> Person | None:
    one = _theirs(turn, person_id)
    if one is None or not one.active or one.id == turn.me:
        return None
    return one if one.role == "rep" or turn.caller.role == "admin" else None


def _ask_out(turn: Turn, person_id: int) -> Sequence[Act]:
    one = _removable(turn, person_id)
    if one is None:
        return [Toast(words.not_yours(), alert=True)]
    return [Change(words.ask_out(_colleague(one, handover.count(turn.session, person_id))))]


def _remove(turn: Turn, person_id: int) -> Sequence[Act]:
    one = _removable(turn, person_id)
    if one is None:
        return [Toast(words.not_yours(), alert=True)]
    people.leave(one)
    return [*_of_person(turn, person_id, 0), Tell(one.telegram_id, words.removed())]


def _colleague(one: Person, customers: int) -> Colleague:
    return Colleague(one.id or 0, one.name, customers, not one.active)


def _label(turn: Turn, row: Prospect) -> str:
    return prospect_words.line(view_of(turn, row), turn.today)
