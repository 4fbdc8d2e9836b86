"""What a sentence says of a customer on record: done where that is plain, else offered by the buttons of `said:`."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from telegram import Update

from cards import people as general
from cards import told as words
from cards.card import Act, Change, Say, Toast
from handlers import complaints, facets, interview, occasions, prospects, remind, visits
from handlers.desk import Context, Turn, answer, number
from knowledge import appointments, values
from knowledge.changes import EVERYTHING, Changed, changed
from knowledge.kinds import LONGEST_TOLD
from knowledge.text import key
from store import facts, interviews
from store import prospects as customers
from store.interviews import ASIDE, Kept
from store.tables import Prospect

DEBT, PAID = "debt", "paid"
_CLAUSE = re.compile(r"[，,；;]|\s+(?=[^\d\s])")
LAST = 4  # digits of a telephone number that tell namesakes apart
SHORTEST_NAME = 2  # of a customer who is mentioned somewhere in a text


async def tapped(update: Update, context: Context) -> None:
    """A button below a sentence that may mean several things."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    await answer(update, context, partial(tap, data=data))


def done(turn: Turn, prospect: Prospect, rest: str) -> Sequence[Act]:
    """Do what follows a customer's name where that is plain: figures, a change, a day, a reminder; else ()."""
    if acts := noted(turn, prospect, rest):
        return acts
    told = occasions.told(turn, rest) if len(rest) <= LONGEST_TOLD else ()
    if told:
        return occasions.said(turn, prospect, told)
    if remind.is_reminder(rest, turn.today):
        # Done already, or on a day to come: of no use as a reminder.
        was = appointments.odd(rest, visits.local(turn, turn.now)) or appointments.behind(rest, turn.today)
        return visits.log(turn, prospect, rest) if was else remind.remember(turn, prospect, rest)
    return ()


def about(turn: Turn, prospect: Prospect, rest: str) -> Sequence[Act]:
    """What follows a customer's name and asks for nothing by itself: a description, or something to be kept.

    The name itself is no part of the description.
    """
    describes = not changed(rest) and values.speaks(rest, turn.desk.system)
    acts = interview.start(turn, prospect.name, rest, prospect.id) if describes else offer(turn, prospect, rest)
    row = interviews.latest(turn.session, turn.me)  # begun just now, or kept aside
    return [*acts, *(complaints.offer(turn, prospect, rest, f"i{row.id}") if row else ())]


def whom(turn: Turn, rows: Sequence[Prospect], rest: str, *, may_answer: bool = False) -> Sequence[Act]:
    """Several customers have the name that a sentence begins with: it is kept until one of them is chosen."""
    kept = interview.keep_aside(turn, None, rest)
    who = [(one.id or 0, one.company or one.phone[-LAST:] or f"{one.grade or '?'} 级") for one in rows]
    return [Say(words.whom(rows[0].name, rest, kept.id, who, answer=may_answer))]


def noted(turn: Turn, prospect: Prospect, rest: str) -> Sequence[Act]:
    """Note what is a figure or a change on the record and nothing else; ()."""
    if acts := _noted_one(turn, prospect, rest):
        return acts
    clauses = [clause for clause in _CLAUSE.split(rest) if clause]
    if len(clauses) < 2 or not all(facets.told(turn, one) or changed(one) for one in clauses):
        return ()
    return [act for one in clauses for act in _noted_one(turn, prospect, one) or offer(turn, prospect, one)]


def _noted_one(turn: Turn, prospect: Prospect, text: str) -> Sequence[Act]:
    if figures := facets.told(turn, text):
        return facets.said(turn, prospect, figures)
    change = changed(text)
    return _changed(turn, prospect, change) if change else ()


def _changed(turn: Turn, prospect: Prospect, change: Changed) -> Sequence[Act]:
    match change:
        case Changed("phone" | "wechat" | "company" as field, str(value)):
            return prospects.edited(turn, prospect.id or 0, field, value)
        case Changed("grade", str(grade)):
            return [Say(prospects.regraded(turn, prospect, grade, f"✏️ 等级改成 {grade} 级了。"))]
        case Changed("paid", int() | float() as paid):
            return _paid(turn, prospect, paid)
    return ()


def _paid(turn: Turn, prospect: Prospect, paid: float) -> Sequence[Act]:
    """Money was paid back: what is still owed, where it is known how much that was."""
    fact, owed = turn.desk.facts.get(DEBT), _owed(turn, prospect)
    paid = owed if paid == EVERYTHING else paid
    return facets.said(turn, prospect, [(fact, owed - paid)]) if fact and 0 < paid <= owed else ()


def _owed(turn: Turn, prospect: Prospect) -> float:
    """What a customer is known to owe."""
    owed = facts.known(turn.session, prospect.id or 0).get(DEBT, (0, None))[0]
    return owed if isinstance(owed, int | float) else 0


def offer(turn: Turn, prospect: Prospect, text: str, *, may_answer: bool = False) -> Sequence[Act]:
    """Keep a sentence about a customer and ask what to do with it; `may_answer`: it may answer the open question."""
    kept = interview.keep_aside(turn, prospect, text)
    change = changed(text)
    owed = _owed(turn, prospect) if change and change.what == PAID else None
    fact = turn.desk.facts.get(DEBT)
    why = words.not_so_much(fact.said(owed) if fact and owed else "") if owed is not None else ""
    return [Say(words.offered(prospect.name, text, kept.id, why, answer=may_answer))]


def mentioned(turn: Turn, text: str) -> Prospect | None:
    """The one customer whose name stands somewhere in a text; None where there is none, or more than one."""
    whole = key(text)
    names = {id: key(name) for id, name in customers.names(turn.session, turn.me).items()}
    ids = [id for id, name in names.items() if len(name) >= SHORTEST_NAME and name in whole]
    return customers.mine(turn.session, turn.me, ids[0]) if len(ids) == 1 else None


def tap(turn: Turn, data: str) -> Sequence[Act]:
    """`said:<kept aside>:<verb>[:<interview or customer>]`; whose it is, and that it still waits, is checked."""
    _, given, verb, other = [*data.split(":"), "", "", ""][:4]
    kept = interviews.mine(turn.session, turn.me, number(given))
    if kept is None or kept.version != ASIDE or kept.system not in turn.desk.systems:
        return [Toast(general.stale())]
    verbs: Mapping[str, Callable[[str], Sequence[Act]]] = {
        "visit": partial(_visited, turn, kept),
        "note": partial(_noted, turn, kept),
        "judge": partial(_judged, turn, kept),
        "answer": partial(_answered, turn, kept),
        "add": partial(_added, turn, kept, number(other)),
        "who": partial(_chosen, turn, kept, number(other)),
    }
    chosen = verbs.get(verb)
    return chosen(interviews.state(kept)["turns"][0][2]) if chosen else [Toast(general.stale())]


def _visited(turn: Turn, kept: Kept, text: str) -> Sequence[Act]:
    row = customers.mine(turn.session, turn.me, kept.prospect_id) if kept.prospect_id else None
    if row is None:
        return [Toast(general.stale())]
    _settle(turn, kept, text)
    how = "还没做，记成提醒" if visits.is_plan(turn, row, text) else "记为一次联系"
    return [Change(words.settled(kept.name, text, how)), *visits.log(turn, row, text)]


def _noted(turn: Turn, kept: Kept, text: str) -> Sequence[Act]:
    if kept.prospect_id is None or customers.mine(turn.session, turn.me, kept.prospect_id) is None:
        return [Toast(general.stale())]
    _settle(turn, kept, text)
    return [
        Change(words.settled(kept.name, text, "记在备注里")),
        *prospects.edited(turn, kept.prospect_id, "notes", text),
    ]


def _settle(turn: Turn, kept: Kept, text: str) -> None:
    """It has become something else; of what sounds like a complaint the card that was offered can still be opened."""
    (interviews.settle if turn.desk.handling.complains(text) else interviews.forget)(turn.session, kept)


def _judged(turn: Turn, kept: Kept, text: str) -> Sequence[Act]:
    return [Change(words.settled(kept.name, text, "判断类型")), *interview.take_up(turn, kept)]


def _answered(turn: Turn, kept: Kept, text: str) -> Sequence[Act]:
    """It was an answer to the open question, with the name that it began with."""
    row = interviews.current(turn.session, turn.me)
    if row is None or row.system not in turn.desk.systems:
        return [Toast(general.stale())]
    interviews.forget(turn.session, kept)
    return [Change(words.settled("", text, "算作回答")), *interview.answered(turn, row, text)]


def _added(turn: Turn, kept: Kept, interview_id: int, text: str) -> Sequence[Act]:
    """It puts right what a result was judged by."""
    row = interviews.mine(turn.session, turn.me, interview_id)
    if row is None or row.system not in turn.desk.systems:
        return [Toast(general.stale())]
    interviews.forget(turn.session, kept)
    return [Change(words.settled("", text, "补给刚才那位")), *interview.correct_told(turn, row, text)]


def _chosen(turn: Turn, kept: Kept, prospect_id: int, text: str) -> Sequence[Act]:
    """It is about that one of several customers of the same name."""
    row = customers.mine(turn.session, turn.me, prospect_id)
    if row is None:
        return [Toast(general.stale())]
    interviews.forget(turn.session, kept)
    who = f"{row.name} {row.company}".strip()
    return [Change(words.settled("", text, f"说的是 {who}")), *(done(turn, row, text) or about(turn, row, text))]
