"""The team's customers as a whole: `/funnel`, `/types`, and the buttons of `t:funnel` and `t:types`."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from telegram import Update

from cards import funnel as words
from cards import people as general
from cards.card import Act, Card, Picture, Say, Toast
from cards.funnel import Classes, ClassLine, StageLine
from handlers.desk import Context, Turn
from handlers.stages import names
from handlers.team import instead, look, scope, title
from knowledge.rules import Judged, judge
from knowledge.systems import RuleSystem
from store import stages
from store import team as figures

MANY = 100_000  # customers, beyond which the four quarters are counted only where asked for: a million take 4 s
ABC, QUADRANT = "abc_value", "loyalty_power"
REVENUE, SHARE, PLACE = "revenue", "revenue_share", "revenue_rank_share"


async def funnel(update: Update, context: Context) -> None:
    """`/funnel`."""
    await look(update, context, _funnel)


async def types(update: Update, context: Context) -> None:
    """`/types`."""
    await look(update, context, _types)


async def tapped(update: Update, context: Context) -> None:
    """`t:funnel[:<type>]` or `t:types[:map|:abc]`."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    await look(update, context, partial(tap, data=data))


def tap(turn: Turn, data: str) -> Sequence[Act]:
    """In the place of the message whose button was tapped; the type cannot be trusted."""
    _, verb, type = [*data.split(":"), ""][:3]
    if verb == "funnel":
        return instead(_funnel(turn, type))
    return instead(_by_value(turn, type) if type else _types(turn))


def _shown(made: Picture | Card) -> Sequence[Act]:
    return [made if isinstance(made, Picture) else Say(made)]


def _funnel(turn: Turn, of_type: str = "") -> Sequence[Act]:
    """Stages by types; with `of_type` only one type."""
    types, in_order = turn.desk.system.types, names(turn.desk)
    if of_type and of_type not in types:
        return [Toast(general.stale())]
    counts = stages.funnel(turn.session, scope(turn), turn.now, types, of_type)
    told = []
    for id, zh in in_order.items():
        mine = [one for one in counts if one.stage == id]
        entered = sum(one.entered for one in mine)
        days = sum(one.days * one.entered for one in mine) / entered if entered else 0.0
        here, ahead = sum(one.here for one in mine), sum(one.ahead for one in mine)
        told.append(StageLine(zh, here, entered, ahead, days, last=id == list(in_order)[-1]))
    by_type = {(one.type_id, one.stage): one.here for one in counts}
    table = [(id, types[id].zh if id in types else "没判断", [by_type.get((id, one), 0) for one in in_order])
             for id in {one.type_id for one in counts}]  # fmt: skip
    table = sorted((row for row in table if any(row[2])), key=lambda row: (-sum(row[2]), row[0]))
    unknown = 0 if of_type else figures.customers(turn.session, scope(turn)) - sum(one.here for one in counts)
    since = min((turn.local(one.since) for one in counts), default=None)
    called = types[of_type].zh if of_type else ""
    return _shown(words.funnel(title(turn), told, table, unknown, called, since=since))


def _types(turn: Turn) -> Sequence[Act]:
    """The team's customers by type, by value quadrant, by ABC."""
    types, everybody = turn.desk.system.types, figures.customers(turn.session, scope(turn))
    judged = [(types[id].zh, count) for id, count in figures.types(turn.session, scope(turn), types).items()]
    judged.sort(key=lambda one: (-one[1], one[0]))
    unknown = everybody - sum(count for _, count in judged)
    many = everybody > MANY
    also = [one for one in (None if many else _quadrants(turn, everybody), _abc(turn, everybody)) if one]
    return _shown(words.types(title(turn), judged, unknown, also, later=many))


def _by_value(turn: Turn, which: str) -> Sequence[Act]:
    """The team's customers in four quarters, or in the classes of an ABC analysis."""
    everybody = figures.customers(turn.session, scope(turn))
    if which == "map" and (told := _quadrants(turn, everybody)):
        return _shown(words.quadrant(title(turn), told))
    if which == "abc" and (told := _abc(turn, everybody)):
        return _shown(words.abc(title(turn), told))
    return [Toast(general.stale())]


def _rules(turn: Turn, id: str) -> RuleSystem | None:
    found = turn.desk.systems.catalogue(id) if id in turn.desk.systems else None
    return found if isinstance(found, RuleSystem) else None


def _quadrants(turn: Turn, everybody: int) -> Classes | None:
    """The rules judge each combination of facts that occurs, once."""
    system = _rules(turn, QUADRANT)
    if system is None:
        return None
    ages = {id: turn.desk.facts[id].lasts for id in system.needs if id in turn.desk.facts}
    since = {id: turn.today - timedelta(days=days) if days else None for id, days in ages.items()}
    counts: dict[str, int] = {}
    for told, count in figures.known(turn.session, scope(turn), since):
        found = judge(system.rules, system.needs, told)
        if isinstance(found, Judged):
            counts[found.type] = counts.get(found.type, 0) + count
    types = dict.fromkeys(rule.type for rule in system.rules)
    rows = [ClassLine(id, system.types[id].zh, counts.get(id, 0)) for id in types]
    return Classes(system.zh, rows, everybody - sum(counts.values()))


def _abc(turn: Turn, everybody: int) -> Classes | None:
    """Classes by revenue over the whole team, parted where the rules part them."""
    system = _rules(turn, ABC)
    if system is None:
        return None
    names = list(dict.fromkeys(rule.type for rule in system.rules[::-1]))[::-1]
    cuts = [(_limit(system, id, SHARE, 0.0), _limit(system, id, PLACE, 0.0)) for id in names[:-1]]
    rows = figures.shares(turn.session, scope(turn), REVENUE, cuts, everybody)
    amount = sum(money for _, money in rows)
    told = [
        ClassLine(id, system.types[id].zh, count, money / amount if amount else 0.0)
        for id, (count, money) in zip(names, rows, strict=True)
    ]
    return Classes(system.zh, told, everybody - sum(count for count, _ in rows))


def _limit(system: RuleSystem, type: str, fact: str, without: float) -> float:
    """Up to where a fact makes a customer one of that type."""
    found = [one.value for rule in system.rules if rule.type == type for one in rule.when if one.fact == fact]
    return next((limit for limit in found if isinstance(limit, float)), without)
