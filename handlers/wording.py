"""The check of a draft before it goes to a customer: `/check 王总 您看周四方便吗`, and the buttons of `w:`."""

import re
from collections.abc import Sequence
from functools import partial

from telegram import Message, Update

from cards import people as general
from cards import wording as words
from cards.card import Act, Card, Say, Toast
from cards.wording import Reader
from handlers.desk import Context, Turn, answer
from handlers.visits import beginning
from knowledge.rewording import reword
from knowledge.text import CHINESE, legible
from knowledge.wording import LONGEST_DRAFT
from store import prospects
from store.tables import Prospect

AWAITED = "check:"
DONT = 2  # lines of a type's card
_COMMAND = re.compile(r"^/\w+(?:@\w+)?\s*")
_WORD = re.compile(r"\w")


async def check(update: Update, context: Context) -> None:
    """`/check`, `/check <draft>`, `/check 王总 <draft>`, or `/check` in reply to one's own message."""
    message = update.effective_message
    if message is None:
        return
    text, replied = _bare(message), message.reply_to_message
    own = replied is not None and replied.from_user == message.from_user
    asked = partial(
        read, text=text, replied=_bare(replied) if replied and own else "", strange=bool(replied and not own)
    )
    await answer(update, context, asked)


async def tapped(update: Update, context: Context) -> None:
    """Once more."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    await answer(update, context, partial(tap, data=data))


def _bare(message: Message) -> str:
    """What a message says, without a command before it."""
    return legible(_COMMAND.sub("", message.text or message.caption or ""))


def read(turn: Turn, text: str, replied: str = "", *, strange: bool = False) -> Sequence[Act]:
    """Check what stands behind the command or in the message replied to; where there is neither, ask for it."""
    rows, rest = beginning(turn, text)
    # 王总，您好: the name is part of the draft. 王总 您好: it only says whom the draft is for.
    after = text.find(rest, 1) if rows and rest else 0
    draft = "" if rows and not rest else text[after:] if after and text[after - 1].isspace() else text
    draft = draft or replied
    if strange and not draft:
        return [Say(words.not_yours())]
    if not draft:
        return _ask(turn, rows)
    return _judged(turn, draft, rows)


def drafted(turn: Turn, text: str) -> Sequence[Act]:
    """The draft that the last message asked for; one that cannot be used is asked for again."""
    if unusable := _unusable(text):
        return [Say(unusable)]
    id = turn.awaiting.removeprefix(AWAITED)
    row = prospects.mine(turn.session, turn.me, int(id)) if int(id or 0) else None
    turn.await_text("")
    return _judged(turn, text, [row] if row else [])


def tap(turn: Turn, data: str) -> Sequence[Act]:
    """`w:again:<customer>`; the number is checked against the caller."""
    _, verb, number = [*data.split(":"), "", ""][:3]
    if verb != "again" or not number.isdecimal() or len(number) > 9:
        return [Toast(general.stale())]
    row = prospects.mine(turn.session, turn.me, int(number)) if int(number) else None
    turn.await_text(f"{AWAITED}{row.id if row else 0}")
    return [Say(words.ask_changed(row.name if row else ""))]


def _ask(turn: Turn, rows: Sequence[Prospect]) -> Sequence[Act]:
    one = rows[0] if len(rows) == 1 else None
    turn.await_text(f"{AWAITED}{one.id if one else 0}")
    return [Say(words.ask_draft(one.name if one else ""))]


def _judged(turn: Turn, draft: str, rows: Sequence[Prospect]) -> Sequence[Act]:
    if unusable := _unusable(draft):
        turn.await_text(f"{AWAITED}{rows[0].id if len(rows) == 1 else 0}")
        return [Say(unusable)]
    wording, type = turn.desk.wording, rows[0].type_id if len(rows) == 1 else ""
    findings = wording.check(draft, type)
    return [Say(words.checked(draft, findings, _reader(turn, rows), reword(wording, draft, findings, type)))]


def _unusable(draft: str) -> Card | None:
    """What is said of a draft that cannot be checked."""
    if not _WORD.search(draft):
        return words.no_draft()
    if not CHINESE.search(draft):
        return words.foreign()
    return words.too_long() if len(draft) > LONGEST_DRAFT else None


def _reader(turn: Turn, rows: Sequence[Prospect]) -> Reader:
    if len(rows) != 1:
        return Reader(name=rows[0].name if rows else "", several=bool(rows))
    row, kind = rows[0], turn.desk.system.types.get(rows[0].type_id)
    dont = tuple(turn.desk.talk.fill(kind.card.dont[:DONT])) if kind else ()
    return Reader(row.id or 0, row.name, kind.zh if kind else "", dont)
