"""Practice: `/practice`, `/practice 杀价`, `/practice 主题 杀价型`, replies, and the buttons of `x:`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from telegram import Update

from cards import people as general
from cards import practice as words
from cards.card import Act, Card, Change, Say, Toast
from cards.practice import Line, Shown
from handlers.desk import Context, Turn, answer, number, refusal
from handlers.facets import known as facts_of
from handlers.facets import scene_of, texts
from handlers.interview import DOUBLE_TAP
from handlers.team import scope
from handlers.views import open_card
from handlers.visits import beginning
from knowledge import drill as machine
from knowledge.drill import RECOGNISE, SKIPPED, Drill, Item, Key, Known, Place, Wish
from knowledge.facets import facets
from knowledge.finding import Grade, Type
from knowledge.interview import OPEN, Interview
from knowledge.interview import Turn as Told
from knowledge.practice import heard, lookalikes, told_apart
from knowledge.quotes import reasons
from knowledge.repetition import RATINGS, reviewed
from knowledge.scenes import FIRST
from knowledge.text import printable
from store import people, prospects
from store import practice as store
from store.people import MANAGERS
from store.tables import DrillRow

AWAITED = "drill:"
THEME = "主题"
NEXT = 5  # customers whose types are practised: those to be contacted next
QUOTED = 2  # of the words that give a type away
NAMED = 2  # customers of a type
OFFERED = 8  # types to choose a theme from where several are called so
LONGEST = 40  # characters behind the command


async def practice(update: Update, context: Context) -> None:
    """`/practice`, with or without words."""
    await answer(update, context, partial(begin, text=printable(" ".join(context.args or ()), LONGEST)))


async def tapped(update: Update, context: Context) -> None:
    """A button of a drill, or of the team's practice."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    await answer(update, context, partial(tap, data=data))


def begin(turn: Turn, text: str) -> Sequence[Act]:
    """On with the drill of the day or a new one; a manager sees the team first."""
    if text.startswith(THEME):
        return _theme_named(turn, text.removeprefix(THEME).strip())
    if text:
        found = _found(turn, text)
        return _new(turn, found[0][0]) if found else [Say(words.unknown_type(text))]
    return [Say(_team(turn))] if turn.caller.role in MANAGERS else _on(turn)


def _on(turn: Turn) -> Sequence[Act]:
    row = store.unfinished(turn.session, turn.me, turn.today)
    return [Say(_shown(turn, row))] if row else _new(turn)


def tap(turn: Turn, data: str) -> Sequence[Act]:
    """`x:<verb>[…]`, or `x:<drill>:<version>:<verb>[:<option>]`, none of which can be trusted."""
    _, first, *rest = [*data.split(":"), "", ""]
    match first:
        case "new":
            row = store.unfinished(turn.session, turn.me, turn.today)
            fresh = row is not None and row.version == 1 and turn.now - row.created_at < DOUBLE_TAP
            return [Toast(words.begun())] if fresh else _on(turn)
        case "team" | "topic" | "theme" if turn.caller.role not in MANAGERS:
            return [refusal()]
        case "team":
            return [Change(_team(turn))]
        case "topic":
            return [Change(_topics(turn))]
        case "theme":
            return _theme_tapped(turn, rest[0], rest[1])
    row = store.mine(turn.session, turn.me, number(first))
    version, verb, option = [*rest, "", "", ""][:3]
    if row is None:
        return [Toast(general.stale())]
    if row.done_at is not None:
        return [Toast(words.over())]
    drill = machine.restore(store.state(row))
    if version != str(row.version):
        return _outdated(turn, row, drill, verb, option)
    return _step(turn, row, drill, verb, option)


def _outdated(turn: Turn, row: DrillRow, drill: Drill, verb: str, option: str) -> Sequence[Act]:
    """A second tap on the answer just given is only acknowledged; any old button shows where things stand."""
    item = drill.item
    again = verb == "a" and item is not None and item.chosen == option
    return [Toast(words.noted() if again else words.past()), Change(_shown(turn, row))]


def _step(turn: Turn, row: DrillRow, drill: Drill, verb: str, option: str) -> Sequence[Act]:
    match verb:
        case "a":
            after = machine.chosen(drill, option)
        case "hint":
            after = machine.hinted(drill)
        case "skip":
            after = machine.skipped(drill)
        case "next":
            after = machine.following(drill)
        case "stop":
            return [Change(_ended(turn, row, drill))]
        case _:
            after = None
    if after is None:
        return [Toast(general.stale())]
    if after.item is None:
        return [Change(_ended(turn, row, after))]
    return [Change(_shown(turn, _kept(turn, row, drill, after)))]


def _kept(turn: Turn, row: DrillRow, before: Drill, after: Drill, *, done: bool = False) -> DrillRow:
    """Keep what a drill has become; what was answered is remembered for the next time."""
    item, asked = after.item, before.item
    if item is not None and asked is not None and item.done and not asked.done and item.outcome in RATINGS:
        kept = store.remembered(turn.session, turn.me).get(item.key)
        memory = reviewed(kept.memory if kept else None, item.outcome, turn.now)  # type: ignore[arg-type]
        store.remember(turn.session, turn.me, item.key, memory)
    return store.advance(turn.session, row, machine.dump(after), answered=after.answered, done=done, now=turn.now)


def written(turn: Turn, text: str) -> Sequence[Act]:
    """The reply that an item asked for; a customer's name opens the card, and the item goes on waiting."""
    row = store.mine(turn.session, turn.me, number(turn.awaiting.removeprefix(AWAITED)))
    turn.await_text("")
    drill = machine.restore(store.state(row)) if row is not None and row.done_at is None else None
    item = drill.item if drill else None
    exercise = turn.desk.exercises.get(item.system, item.type) if item else None
    if row is None or drill is None or exercise is None:
        return [Say(words.written_already())]
    named, rest = beginning(turn, text)
    if len(named) == 1 and not rest:
        turn.await_text(f"{AWAITED}{row.id}")
        return [Say(open_card(turn, named[0]))]
    after = machine.written(drill, exercise.met(text, turn.desk.wording), len(exercise.checks))
    if after is None:
        return [Say(words.written_already())]
    return [Say(_shown(turn, _kept(turn, row, drill, after), wrote=text))]


def put_down(turn: Turn) -> Card | None:
    """Leave the drill of the day; None where there is none."""
    row = store.unfinished(turn.session, turn.me, turn.today)
    if row is None:
        return None
    answered = row.answered
    store.end(turn.session, turn.me, turn.now)
    return words.put_down(answered)


# --- a new drill ------------------------------------------------------------------------------------------------------


def _new(turn: Turn, first: Place | None = None) -> Sequence[Act]:
    known = store.remembered(turn.session, turn.me)
    keys = machine.choose(_wish(turn, known, first), known)
    items = tuple(_item(turn, key, known.get(key), at) for at, key in enumerate(keys))
    row = store.begin(turn.session, person_id=turn.me, on=turn.today, state=machine.dump(Drill(items)), now=turn.now)
    return [Say(_shown(turn, row))]


def _wish(turn: Turn, known: Mapping[Key, Known], first: Place | None) -> Wish:
    """What this rep should practise: the types of the next customers, those mistaken before, those put aside."""
    exercises, primary = turn.desk.exercises, turn.desk.system.id
    wanted = [*_next_types(turn), *store.mistaken(turn.session, turn.me), *store.aside(turn.session, turn.me)]
    all = [Place(primary, type) for type in exercises.of(primary)]
    others = [*(key.place for key in known), *machine.shuffled(all, str(turn.me))]
    theme = first or store.theme(turn.session, turn.caller.team_id, _monday(turn))
    places = {place for place in [*wanted, *others, *([theme] if theme else [])] if exercises.get(*place)}
    midnight = _midnight(turn, turn.today)
    return Wish(
        wanted=[place for place in wanted if place in places],
        others=[place for place in others if place in places],
        until=_midnight(turn, turn.today + timedelta(days=1)),
        week=turn.now if first else _midnight(turn, _monday(turn)),
        new=machine.NEW_A_DAY - sum(one.met >= midnight for one in known.values()),
        theme=theme if theme in places else None,
        single={place for place in places if len(exercises.of(place.system)[place.type].exchanges) == 1},
    )


def _next_types(turn: Turn) -> list[Place]:
    """The types of the customers to be contacted next, in the systems of the rep's scene, the soonest first."""
    systems, primary, exercises = turn.desk.systems, turn.desk.system, turn.desk.exercises
    ids = [id for id in scene_of(turn).systems[:FIRST] if id in exercises.systems and id != primary.id]
    rows, _ = prospects.page(turn.session, turn.me, "", 0)
    found = []
    for row in rows[:NEXT]:
        found.append(Place(primary.id, row.type_id))
        seen = facets(systems, ids, facts_of(turn, row), texts(turn, row)) if ids else ()
        found.extend(Place(one.system.id, one.kind.id) for one in seen if one.kind)
    return list(dict.fromkeys(found))


def _item(turn: Turn, key: Key, known: Known | None, slot: int) -> Item:
    """A key as an item: its episode or exchange, and what can be chosen."""
    exercise = turn.desk.exercises.of(key.system)[key.type]
    texts = exercise.episodes if key.kind == RECOGNISE else exercise.exchanges
    at = machine.number(key, known.seen if known else 0, len(texts), turn.me)
    options: Sequence[str] = ()
    if key.kind == RECOGNISE:
        options = [key.type, *lookalikes(turn.desk.systems[key.system], exercise.kind, exercise.episodes[at])]
    elif key.kind == machine.REPLY:
        options = [str(reply) for reply in range(len(exercise.exchanges[at].replies))]
    seed = f"{turn.me}|{turn.now.isoformat()}|{slot}"
    return Item(*key, number=at, options=tuple(machine.shuffled(options, seed)))


def _midnight(turn: Turn, on: date) -> datetime:
    return datetime.combine(on, time(), ZoneInfo(turn.caller.tz))


def _monday(turn: Turn) -> date:
    return turn.today - timedelta(days=turn.today.weekday())


# --- what is shown ----------------------------------------------------------------------------------------------------


def _shown(turn: Turn, row: DrillRow, wrote: str = "") -> Card:
    """Where a drill stands. A reply that is asked for is waited for; anything else leaves what is waited for alone."""
    drill = machine.restore(store.state(row))
    item = drill.item
    exercise = turn.desk.exercises.get(item.system, item.type) if item else None
    if item is None or exercise is None:
        return words.written_already()
    if item.kind == machine.WRITE and not item.done:
        turn.await_text(f"{AWAITED}{row.id}")
    elif turn.awaiting.startswith(AWAITED):
        turn.await_text("")
    system = turn.desk.systems[item.system]
    shown = Shown(
        drill,
        item,
        exercise,
        system_zh=system.zh,
        names={id: kind.zh for id, kind in system.types.items()},
        talk=turn.desk.talk,
        customers=_customers(turn, item) if item.done else (),
        wrote=wrote,
    )
    if item.kind == RECOGNISE and (item.done or item.hinted):
        shown = _explained(turn, shown)
    return words.item(shown, words.Place(row.id or 0, row.version))


def _explained(turn: Turn, shown: Shown) -> Shown:
    """With the words that give the type away, and how to tell it from the one that it was taken for."""
    system, item = turn.desk.systems[shown.item.system], shown.item
    told = Interview(system.id, turns=(Told(OPEN, text=shown.episode),))
    quotes = reasons(heard(system, shown.episode), told, QUOTED, item.type)
    wrong = item.chosen if item.chosen in system.types and item.chosen != item.type else ""
    near = [wrong] if wrong else lookalikes(system, shown.exercise.kind, shown.episode)
    other = next((id for id in near if told_apart(system, item.type, id)), "")
    apart = told_apart(system, item.type, other) if other else ""
    return replace(shown, telling=[quote.words for quote in quotes], other=other, apart=apart)


def _customers(turn: Turn, item: Item) -> Sequence[str]:
    """Of the customers to be contacted next, those of that type."""
    if item.system != turn.desk.system.id:
        return ()
    rows, _ = prospects.page(turn.session, turn.me, "", 0)
    return [row.name for row in rows if row.type_id == item.type][:NAMED]


def _ended(turn: Turn, row: DrillRow, drill: Drill) -> Card:
    """Over, at its end or before: what was answered, when it comes again, and once a day how many days in a row."""
    if turn.awaiting.startswith(AWAITED):
        turn.await_text("")
    if drill.answered == 0:
        store.end(turn.session, turn.me, turn.now)
        return words.put_down(0)
    first = store.finished_on(turn.session, turn.me, row.on) == 0
    _kept(turn, row, drill, drill, done=True)
    days = store.days(turn.session, turn.me, turn.today - timedelta(days=machine.LOOKED_BACK))
    run = machine.streak(days, turn.today, turn.desk.rules.days) if first else 0
    known = store.remembered(turn.session, turn.me)
    answered = [item for item in drill.items if item.done]
    lines = [Line(item.kind, _name(turn, item.key.place), item.outcome, _again(turn, known, item)) for item in answered]
    look = next((item for item in answered if item.outcome == "again"), None)
    advice = (look.system, look.type, _name(turn, look.key.place)) if look else None
    return words.finished(lines, turn.today, run if run >= machine.STREAK else 0, advice)


def _again(turn: Turn, known: Mapping[Key, Known], item: Item) -> date | None:
    kept = known.get(item.key)
    return turn.local(kept.memory.due) if kept and item.outcome != SKIPPED else None


def _name(turn: Turn, place: Place) -> str:
    return turn.desk.systems.catalogue(place.system).type(place.type).zh


# --- for managers -----------------------------------------------------------------------------------------------------


def _team(turn: Turn) -> Card:
    """Who of the team practised how often this week."""
    monday = _monday(turn)
    rows = store.participation(turn.session, scope(turn), monday)
    title = people.team_name(turn.session, turn.caller.team_id) or "全部团队"
    return words.team(title, [(row.name, row.days, row.drills) for row in rows], _theme_zh(turn))


def _theme_zh(turn: Turn) -> str:
    teams = _own_teams(turn)
    place = store.theme(turn.session, teams[0], _monday(turn)) if teams else None
    return _name(turn, place) if place and turn.desk.exercises.get(*place) else ""


def _own_teams(turn: Turn) -> Sequence[int]:
    """The teams that the caller gives a theme to (those below follow): the own one; all on top for an admin of none."""
    if turn.caller.team_id is not None:
        return [turn.caller.team_id]
    return store.roots(turn.session) if scope(turn) is None else []


def _topics(turn: Turn) -> Card:
    primary = turn.desk.system
    types = [(id, primary.type(id).zh) for id in turn.desk.exercises.of(primary.id)]
    return words.topics(primary.id, types, _theme_zh(turn))


def _theme_named(turn: Turn, text: str) -> Sequence[Act]:
    """`/practice 主题 杀价型`."""
    if turn.caller.role not in MANAGERS:
        return [refusal()]
    if not text:
        return [Say(_topics(turn))]
    found = _found(turn, text)
    if not found:
        return [Say(words.unknown_type(text))]
    if len(found) > 1:
        return [Say(words.which_theme(text, [(*place, label) for place, label in found[:OFFERED]]))]
    return [*_set(turn, found[0][0]), Say(_team(turn))]


def _found(turn: Turn, text: str) -> list[tuple[Place, str]]:
    """The types with exercises that the words name: the one called just so, or so in the primary system, alone."""
    hits = [(hit.grade, hit.entry) for hit in turn.desk.library.find(text) if isinstance(hit.entry, Type)]
    found = [(grade, one) for grade, one in hits if turn.desk.exercises.get(one.system.id, one.kind.id)]
    best = min((grade for grade, _ in found), default=None)
    same = [one for grade, one in found if grade == best]
    named = [one for one in same if text in (one.kind.zh, one.kind.zh.removesuffix("型"))]
    own = [one for one in named or same if best == Grade.WHOLE and one.system.id == turn.desk.system.id]
    meant = named if len(named) == 1 else own if len(own) == 1 else same
    return [(Place(one.system.id, one.kind.id), f"{one.kind.zh} · {one.system.zh}") for one in meant]


def _theme_tapped(turn: Turn, system: str, type: str) -> Sequence[Act]:
    """`x:theme:<system>:<type>`; without them the theme is taken away."""
    if (system or type) and not turn.desk.exercises.get(system, type):
        return [Toast(general.stale())]
    return [*_set(turn, Place(system, type) if system else None), Change(_team(turn))]


def _set(turn: Turn, place: Place | None) -> Sequence[Act]:
    teams = _own_teams(turn)
    if not teams:
        return [Toast(words.no_team(), alert=True)]
    store.set_theme(turn.session, team_ids=teams, monday=_monday(turn), place=place, person_id=turn.me, now=turn.now)
    return [Toast(words.theme_set(_name(turn, place) if place else ""))]
