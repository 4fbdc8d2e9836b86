"""What works: reps mark the lines that they tried, managers see what came of it; the buttons of `g:`."""

from collections.abc import Sequence
from functools import partial

from telegram import Update

from cards import people as general
from cards import prospects as prospect_words
from cards import worth as words
from cards.card import Act, Card, Change, Say, Toast
from cards.worth import Proof, TypeProof
from handlers.desk import Context, Turn, answer, number
from handlers.team import look, scope, title
from knowledge.systems import Kind
from knowledge.worth import lines
from store import prospects, verdicts
from store.tables import Prospect

AFTER = {None: True, True: False, False: None}  # what a further tap says


async def tapped(update: Update, context: Context) -> None:
    """A button of what works: the team's part only reads."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    if data.startswith("g:worth"):
        await look(update, context, partial(worth, data=data))
    else:
        await answer(update, context, partial(tap, data=data))


def tap(turn: Turn, data: str) -> Sequence[Act]:
    """`g:open:<customer>`, `g:say:<customer>:<line>`: of one's own customers."""
    _, verb, id, line = [*data.split(":"), "", "", ""][:4]
    row = prospects.mine(turn.session, turn.me, number(id))
    if row is None:
        return [Toast(prospect_words.gone(), alert=True)]
    kind = turn.desk.system.types.get(row.type_id)
    if kind is None:
        return [Toast(words.untyped(), alert=True)]
    if verb == "open":
        return [Say(_asked(turn, row, kind))]
    if verb == "say" and line in {one.key for one in lines(kind)}:
        return _said(turn, row, kind, line)
    return [Toast(general.stale())]


def _asked(turn: Turn, row: Prospect, kind: Kind) -> Card:
    said = verdicts.of(turn.session, row.id or 0, turn.desk.system.id, kind.id)
    return words.ask(row.name, row.id or 0, kind.zh, lines(kind), said, turn.desk.talk)


def _said(turn: Turn, row: Prospect, kind: Kind, line: str) -> Sequence[Act]:
    system = turn.desk.system.id
    was = verdicts.of(turn.session, row.id or 0, system, kind.id).get(line)
    verdicts.say(
        turn.session,
        person_id=turn.me,
        prospect_id=row.id or 0,
        system=system,
        type_id=kind.id,
        line=line,
        helped=AFTER[was],
        now=turn.now,
    )
    return [Change(_asked(turn, row, kind))]


def worth(turn: Turn, data: str) -> Sequence[Act]:
    """`g:worth[:<type>]`: what the caller's teams found out."""
    type = data.split(":")[2:3]
    found = _found(turn)
    if not type:
        return [Change(words.team(title(turn), found))]
    one = next((one for one in found if one.id == type[0]), None)
    return [Change(words.of_type(title(turn), one))] if one else [Toast(general.stale())]


def _found(turn: Turn) -> list[TypeProof]:
    """The types of which lines were judged, the most often judged first; lines changed since count no more."""
    system, fill = turn.desk.system, turn.desk.talk.fill
    told = verdicts.of_team(turn.session, scope(turn), system.id)
    types = [system.types[id] for id in {type for type, _ in told} if id in system.types]
    found = [
        TypeProof(
            kind.id,
            kind.zh,
            tuple(
                Proof(line.section, fill([line.text])[0], told[kind.id, line.key])
                for line in lines(kind)
                if (kind.id, line.key) in told
            ),
        )
        for kind in types
    ]
    return sorted((one for one in found if one.proofs), key=lambda one: (-one.cases, one.id))
