"""A customer seen through the systems of a scene: `f:`, `/abc` and `/map`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from telegram import Update

from cards import facets as words
from cards import people as general
from cards import prospects as prospect_words
from cards.card import Act, Card, Change, Say, Toast
from cards.days import day
from handlers import interview, stages
from handlers.desk import Context, Turn, answer, number
from handlers.saving import replan
from handlers.views import open_card
from knowledge.cadence import GRADES
from knowledge.facets import Facet, facet, facets, shares
from knowledge.facts import Fact, current
from knowledge.facts import told as facts_told
from knowledge.rules import Value
from knowledge.scenes import FIRST, Scene, conflicting
from knowledge.systems import Catalogue, RuleSystem
from store import facts, interviews, occasions, prospects, reminders, visits
from store.due import rhythm_of
from store.tables import Prospect

AWAITED, FILLED = "fact:", "fill:"
WHOLE = "+"  # behind the system that is asked about, where every system was shown
REVENUE, SHARE = "revenue", "revenue_share"
ABC, LOYALTY = "abc_value", "loyalty_power"
CLOSE = "close_grade"
MOST = 400  # customers that are placed in one picture


async def tapped(update: Update, context: Context) -> None:
    """A button of the facets."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    await answer(update, context, partial(tap, data=data))


async def abc(update: Update, context: Context) -> None:
    """`/abc`: the rep's customers by revenue."""
    await answer(update, context, _ranking)


async def quadrant(update: Update, context: Context) -> None:
    """`/map`: the rep's customers by loyalty and buying power."""
    await answer(update, context, _quadrant)


def scene_of(turn: Turn) -> Scene:
    """The scene that the caller has chosen, or the team's."""
    scenes = turn.desk.scenes
    return scenes.get(turn.person.scene) or scenes.get(turn.desk.rules.scene) or next(iter(scenes.values()))


def tap(turn: Turn, data: str) -> Sequence[Act]:
    """`f:<verb>:<customer>[:<system or fact>[:<fact>:<n>]][:all]`, none of which can be trusted."""
    everything = data.endswith(":all")
    _, verb, id, *rest = [*data.removesuffix(":all").split(":"), "", ""]
    first, second, third = [*rest, "", "", ""][:3]
    row = prospects.mine(turn.session, turn.me, number(id))
    if row is None:
        return [Toast(prospect_words.gone(), alert=True)]
    verbs: Mapping[str, Callable[[], Sequence[Act]]] = {
        "open": lambda: _back(turn, row),
        "all": lambda: _back(turn, row, everything=True),
        "ask": lambda: _ask(turn, row, first, everything=everything),
        "set": lambda: _tapped_answer(turn, row, first, second, third, everything=everything),
        "judge": lambda: _judge(turn, row, first),
        "facts": lambda: _facts(turn, row),
        "fill": lambda: _fill(turn, row, first),
        "put": lambda: _put(turn, row, first, second),
        "drop": lambda: _drop(turn, row, first),
    }
    chosen = verbs.get(verb)
    return chosen() if chosen else [Toast(general.stale())]


def _back(turn: Turn, row: Prospect, *, everything: bool = False) -> Sequence[Act]:
    """The overview; a number that was asked for is not waited for any more."""
    if turn.awaiting.startswith(AWAITED):
        turn.await_text("")
    return [Change(overview(turn, row, everything=everything))]


def overview(turn: Turn, row: Prospect, *, everything: bool = False, also: Sequence[str] = ()) -> Card:
    """The card of all facets of a scene, or of its first few; `also` with those that an answer was for."""
    scene = scene_of(turn)
    ids = [id for id in scene.systems if id in turn.desk.systems]
    shown = ids if everything else ids[:FIRST]
    shown = list(dict.fromkeys([*shown, *also]))
    found = [_primary(turn, row, one) for one in facets(turn.desk.systems, shown, known(turn, row), texts(turn, row))]
    met = conflicting(turn.desk.conflicts, {one.key for one in found if one.kind})
    return words.overview(
        row.name, row.id or 0, scene, found, met, max(0, len(ids) - len(shown)), everything=everything
    )


def _primary(turn: Turn, row: Prospect, found: Facet) -> Facet:
    """The primary system's type stands on the record, with how sure it is and why."""
    if found.system is not turn.desk.system or found.kind is None:
        return found
    by_rep = row.type_by == "corrected"
    why = "你确认的" if by_rep else row.type_why.replace("\n", "")
    return replace(found, why=why, p=None if by_rep else row.type_p)


def known(turn: Turn, row: Prospect) -> dict[str, Value]:
    """Everything that is known of a customer: what was said and has not aged, and what the record itself tells."""
    id = row.id or 0
    told = current(facts.known(turn.session, id), turn.desk.facts, turn.today)
    reached, lately = visits.counted(turn.session, id, turn.now - timedelta(days=90))
    told |= {"contacts": reached, "contacts_90": lately, "customer_days": (turn.now - row.created_at).days}
    told["promised"] = bool(reminders.coming(turn.session, id))
    told["overdue_days"] = max(0, (turn.today - row.next_contact_on).days) if row.next_contact_on else 0
    if row.last_contact_at is not None:
        told["days_since_contact"] = (turn.today - turn.local(row.last_contact_at)).days
    if row.type_id:
        told["behavior"] = row.type_id
    place = _places(turn).get(id) if REVENUE in told else None
    if place is not None:
        told[SHARE], told["revenue_rank_share"] = place
    return told


def _places(turn: Turn) -> dict[int, tuple[float, float]]:
    amounts = facts.numbers(turn.session, turn.me, REVENUE)
    return shares(amounts, prospects.count(turn.session, turn.me))


def texts(turn: Turn, row: Prospect) -> list[str]:
    """What the rep wrote about a customer: descriptions, and notes of contacts."""
    id = row.id or 0
    notes = [visit.note for visit in visits.latest(turn.session, id, 5) if visit.note]
    return [*interviews.texts_about(turn.session, turn.me, id), *notes]


def _ask(turn: Turn, row: Prospect, system_id: str, *, everything: bool) -> Sequence[Act]:
    """Ask for what a system lacks."""
    card = _question(turn, row, system_id, everything=everything)
    return [Change(card or overview(turn, row, everything=everything))]


def _lacking(turn: Turn, row: Prospect, system_id: str) -> Facet | None:
    """A system of rules that needs to know more of a customer; None for any other."""
    if system_id not in turn.desk.systems:
        return None
    found = facet(turn.desk.systems.catalogue(system_id), known(turn, row), (), turn.desk.facts)
    return found if found.lacking else None


def _lacks(turn: Turn, row: Prospect, system_id: str, fact: Fact) -> bool:
    """Whether a fact is the one that a system asks for."""
    found = _lacking(turn, row, system_id)
    return found is not None and found.lacking is fact


def _question(turn: Turn, row: Prospect, system_id: str, *, everything: bool) -> Card | None:
    found = _lacking(turn, row, system_id)
    if found is None or found.lacking is None:
        return None
    fact = found.lacking
    if fact.kind in {"number", "money", "date"}:
        turn.await_text(f"{AWAITED}{row.id}:{system_id}{WHOLE if everything else ''}")
    return words.ask(row.name, row.id or 0, found.system, fact, everything=everything)


def _facts(turn: Turn, row: Prospect) -> Sequence[Act]:
    """What is on record; an amount that was asked for here is not waited for any more."""
    if turn.awaiting.startswith(FILLED):
        turn.await_text("")
    return [Change(_known(turn, row))]


def _fill(turn: Turn, row: Prospect, fact_id: str) -> Sequence[Act]:
    """Ask for a fact of the customer's card, known or not."""
    fact = turn.desk.facts.get(fact_id)
    if fact is None or not fact.on_card:
        return [Toast(general.stale())]
    if fact.kind in {"number", "money", "date"}:
        turn.await_text(f"{FILLED}{row.id}:{fact.id}")
    told = facts.known(turn.session, row.id or 0).get(fact.id)
    return [Change(words.fill(row.name, row.id or 0, fact, fact.said(told[0]) if told else ""))]


def _put(turn: Turn, row: Prospect, fact_id: str, number: str) -> Sequence[Act]:
    """The answer that was tapped."""
    fact = turn.desk.facts.get(fact_id)
    option = fact.option(int(number)) if fact and number.isdecimal() and len(number) < 3 else None
    if fact is None or option is None or not fact.on_card:
        return [Toast(general.stale())]
    turn.await_text("")
    _note(turn, row, fact, option.value)
    return [Change(_known(turn, row))]


def filled(turn: Turn, prospect_id: int, fact_id: str, text: str) -> Sequence[Act]:
    """What was typed for a fact of the customer's card."""
    row, fact = prospects.mine(turn.session, turn.me, prospect_id), turn.desk.facts.get(fact_id)
    if row is None or fact is None or not fact.on_card:
        return [Say(prospect_words.which_customer("/customers"))]
    value = fact.parsed(text)
    if value is None:
        turn.await_text(f"{FILLED}{prospect_id}:{fact_id}")
        return [Say(words.not_understood(fact))]
    return said(turn, row, [(fact, value)])


def told(turn: Turn, text: str) -> Sequence[tuple[Fact, Value]]:
    """What a text says of facts and nothing else."""
    return facts_told(text, turn.desk.edition.vocabulary.facts)


def said(turn: Turn, row: Prospect, rows: Sequence[tuple[Fact, Value]]) -> Sequence[Act]:
    """Note facts that were told in a sentence."""
    before = facts.known(turn.session, row.id or 0)
    for fact, value in rows:
        _note(turn, row, fact, value)
    deciding = turn.desk.systems.catalogue(CLOSE)
    if isinstance(deciding, RuleSystem) and any(fact.id in deciding.needs for fact, _ in rows):
        _grade(turn, row)
    noted = [
        (fact.zh, fact.said(value), fact.said(before[fact.id][0]) if fact.id in before else "") for fact, value in rows
    ]
    return [Say(open_card(turn, row, words.noted(noted)))]


def _tapped_answer(
    turn: Turn, row: Prospect, system_id: str, fact_id: str, number: str, *, everything: bool
) -> Sequence[Act]:
    fact = turn.desk.facts.get(fact_id)
    option = fact.option(int(number)) if fact and number.isdecimal() and len(number) < 3 else None
    if fact is None or option is None:
        return [Toast(general.stale())]
    turn.await_text("")
    return [Change(_after(turn, row, system_id, fact, option.value, everything=everything))]


def typed(turn: Turn, prospect_id: int, asked: str, text: str) -> Sequence[Act]:
    """A number or a date that was asked for, for a system (and `WHOLE`)."""
    system_id, everything = asked.removesuffix(WHOLE), asked.endswith(WHOLE)
    row = prospects.mine(turn.session, turn.me, prospect_id)
    if row is None:
        return [Say(prospect_words.which_customer("/customers"))]
    found = _lacking(turn, row, system_id)
    if found is None or found.lacking is None:
        return [Say(overview(turn, row, everything=everything))]
    fact = found.lacking
    value = fact.parsed(text)
    if value is None:
        turn.await_text(f"{AWAITED}{prospect_id}:{asked}")
        return [Say(words.not_understood(fact))]
    return [Say(_after(turn, row, system_id, fact, value, everything=everything))]


def _note(turn: Turn, row: Prospect, fact: Fact, value: Value) -> None:
    """Keep what is known, with everything that follows from it."""
    was = stages.before(turn, row, fact.id)
    planner = turn.desk.planner
    before = rhythm_of(turn.session, row, turn.today, planner)
    facts.keep(turn.session, row.id or 0, fact.id, value, turn.today)
    stages.follow(turn, row, was)
    prospects.touch(row, turn.now)
    if rhythm_of(turn.session, row, turn.today, planner) != before and row.next_contact_on is not None:
        replan(turn, row)  # the level or the stage came to be known


def _after(turn: Turn, row: Prospect, system_id: str, fact: Fact, value: Value, *, everything: bool) -> Card:
    """Keep an answer; then the next thing that the system lacks, or what it comes to, in as long a view as before."""
    others = [id for id in scene_of(turn).systems if _lacks(turn, row, id, fact)]
    _note(turn, row, fact, value)
    following = _question(turn, row, system_id, everything=everything)
    if following is not None:
        return following
    if system_id == CLOSE:
        _grade(turn, row)
    return overview(turn, row, everything=everything, also=(system_id, *others))


def _grade(turn: Turn, row: Prospect) -> None:
    """The grade decides how often a customer is contacted, so it is written on the record."""
    kind = facet(turn.desk.systems.catalogue(CLOSE), known(turn, row), (), turn.desk.facts).kind
    if kind is None or kind.id.upper() == row.grade or kind.id.upper() not in GRADES:
        return  # a class of the team's own has no rhythm
    row.grade = kind.id.upper()
    replan(turn, row)


def _judge(turn: Turn, row: Prospect, system_id: str) -> Sequence[Act]:
    if system_id not in turn.desk.systems or turn.desk.systems.catalogue(system_id).kind != "infer":
        return [Toast(general.stale())]
    return interview.start_by_tap(turn, row.name, row.id, system_id)


def _known(turn: Turn, row: Prospect) -> Card:
    told = facts.known(turn.session, row.id or 0)
    catalogue = turn.desk.facts
    rows = [
        (catalogue[id], catalogue[id].said(value), day(on, turn.today))
        for id, (value, on) in sorted(told.items())
        if id in catalogue
    ]
    return words.known(row.name, row.id or 0, rows, [fact for fact in catalogue.values() if fact.on_card])


def _drop(turn: Turn, row: Prospect, fact_id: str) -> Sequence[Act]:
    was = stages.before(turn, row, fact_id)
    occasions.forget(turn.session, row.id or 0, fact_id, turn.now)
    stages.follow(turn, row, was)
    return [Change(_known(turn, row))]


# --- all customers at once --------------------------------------------------------------------------------------------


def _ranking(turn: Turn) -> Sequence[Act]:
    amounts = facts.numbers(turn.session, turn.me, REVENUE)
    if not amounts:
        return [Say(words.unranked())]
    names = prospects.names(turn.session, turn.me)
    system = turn.desk.systems.catalogue(ABC)
    place, total, rows = shares(amounts, len(names)), sum(amount for _, amount in amounts), []
    above = 0.0
    for id, amount in amounts:
        bigger, rank = place[id]
        told = facet(
            system,
            {REVENUE: amount, SHARE: bigger, "revenue_rank_share": rank},
            (),
            turn.desk.facts,
        )
        kind = told.kind.zh.removesuffix("客户") if told.kind else ""
        share = amount / total if total else 0.0
        rows.append(words.Ranked(names[id], amount, share, above, kind))
        above += share
    picture = words.ranking(rows, _cuts(system), len(names) - len(rows))
    return [picture if total else Say(picture.words)]


def _cuts(system: Catalogue) -> Sequence[float]:
    """The shares at which the classes part, as the rules have them."""
    rules = system.rules if isinstance(system, RuleSystem) else ()
    limits = {one.value for rule in rules for one in rule.when if one.fact == SHARE and one.test == "<"}
    return sorted(limit for limit in limits if isinstance(limit, float))


def _quadrant(turn: Turn) -> Sequence[Act]:
    system = turn.desk.systems.catalogue(LOYALTY)
    if not isinstance(system, RuleSystem):
        return [Toast(general.stale())]
    cells: dict[str, list[tuple[float, str]]] = {}
    names = prospects.names(turn.session, turn.me)
    known_facts = facts.of_owner(turn.session, turn.me)
    for id, name in list(names.items())[:MOST]:
        told = current(known_facts.get(id, {}), turn.desk.facts, turn.today)
        kind = facet(system, told, (), turn.desk.facts).kind
        if kind:
            up = told.get(system.axes[0])
            cells.setdefault(kind.id, []).append((up if isinstance(up, int | float) else -1.0, name))
    ordered = {type: [name for _, name in sorted(row, key=lambda one: -one[0])] for type, row in cells.items()}
    titles = {id: system.types[id].zh for id in dict.fromkeys(rule.type for rule in system.rules)}
    return [words.quadrant(ordered, titles, len(names) - sum(map(len, ordered.values())))]
