"""Logged contacts: `/visit 王总 电话聊了报价，下周三再联系`."""

import re
from collections.abc import Sequence
from datetime import date
from functools import partial

from telegram import Update

from cards import prospects as words
from cards import reminders as reminder_words
from cards.card import Act, Say
from cards.days import day
from handlers import complaints
from handlers.desk import Context, Turn, answer
from handlers.saving import beginnings
from handlers.views import open_card, views_of
from knowledge.dates import coming, find
from knowledge.interview import LONGEST_TEXT
from knowledge.text import printable
from store import prospects, reminders, visits
from store.tables import Prospect, Visit

LONGEST_NOTE = 1000
REMINDER_LENGTH = 20  # "下周三上午提醒我问合同盖章没有" and the like; longer ones tell a story
_WHEN = re.compile(r"^的?(?:时候)?[ ，,]*")  # what is left of "周五的时候" without its day
_METHODS = {
    "phone": ("电话", "打过去", "打给", "通话", "来电", "手机"),
    "wechat": ("微信", "朋友圈", "发消息", "语音"),
    "visit": ("上门", "拜访", "见面", "到店", "来店", "面谈", "去了", "过去", "吃饭"),
}


async def visit(update: Update, context: Context) -> None:
    """`/visit`, `/visit 王总`, `/visit 王总 聊了报价`."""
    text = printable(" ".join(context.args or ()), LONGEST_TEXT)
    await answer(update, context, partial(said, text=text))


async def remind(update: Update, context: Context) -> None:
    """`/remind 王总 下周三 问合同`."""
    text = printable(" ".join(context.args or ()), LONGEST_TEXT)
    await answer(update, context, partial(asked, text=text))


def said(turn: Turn, text: str) -> Sequence[Act]:
    """Log a contact with the customer that the text begins with."""
    rows, rest = beginning(turn, text)
    if len(rows) == 1 and rest:
        return log(turn, rows[0], rest)
    if len(rows) == 1:
        turn.await_text(f"visit:{rows[0].id}")
        return [Say(words.ask_visit(rows[0].name))]
    if rows:
        return [Say(words.choose(views_of(turn, rows), "visit", "是哪一位？"))]
    recent = prospects.page(turn.session, turn.me, "", 0)[0]
    if text or not recent:
        return [Say(words.which_customer("/visit 王总 电话聊了报价，下周三再联系"))]
    return [Say(words.choose(views_of(turn, recent), "visit", "和谁联系了？"))]


def asked(turn: Turn, text: str) -> Sequence[Act]:
    """Set a reminder for the customer that the text begins with."""
    rows, rest = beginning(turn, text)
    if len(rows) == 1 and rest:
        return remember(turn, rows[0], rest)
    if len(rows) == 1:
        turn.await_text(f"remind:{rows[0].id}")
        return [Say(reminder_words.ask_when(rows[0].name))]
    if rows:
        return [Say(words.choose(views_of(turn, rows), "remind", "是哪一位？"))]
    recent = prospects.page(turn.session, turn.me, "", 0)[0]
    if text or not recent:
        return [Say(words.which_customer("/remind 王总 下周三 问合同"))]
    return [Say(words.choose(views_of(turn, recent), "remind", "提醒你联系谁？"))]


def beginning(turn: Turn, text: str) -> tuple[Sequence[Prospect], str]:
    """The customers whose name the text begins with (the longest such name), and the rest of the text."""
    head = text.strip()
    names = beginnings(head)
    rows = prospects.named(turn.session, turn.me, *names)
    return rows, head[names[rows[0].name_key] :].strip(" ，,：:、") if rows else head


def log(turn: Turn, row: Prospect, note: str, outcome: str = "reached") -> Sequence[Act]:
    """Keep a contact: the clock starts anew, and a date in the note becomes the next one."""
    kept = write(turn, row, note, outcome)
    card = open_card(turn, row, f"✅ 记下了。下次联系：{day(row.next_contact_on, turn.today)}")
    return [Say(card), *complaints.offer(turn, row, note, f"v{kept.id}")]


def write(turn: Turn, row: Prospect, note: str, outcome: str = "reached") -> Visit:
    """The contact itself, with what follows for the plan."""
    kept = visits.log(
        turn.session,
        Visit(
            prospect_id=row.id or 0,
            person_id=turn.me,
            at=turn.now,
            method=method_in(note),
            outcome=outcome,
            note=note[:LONGEST_NOTE],
        ),
    )
    state = "done" if outcome == "reached" else "missed"
    reminders.close(turn.session, row.id or 0, state, turn.today, turn.now)
    cadence, days = turn.desk.cadence, turn.desk.rules.days
    if outcome == "reached":
        row.last_contact_at = turn.now
        row.next_contact_on = cadence.next_after(turn.today, row.grade, row.every_days, days)
        promise_in(turn, row, note)
    else:
        row.next_contact_on = cadence.retry_after(turn.today, days)
    complaints.stay_planned(turn, row)
    prospects.touch(row, turn.now)
    return kept


def promise_in(turn: Turn, row: Prospect, note: str) -> None:
    """A date in a note is a promise: the reminder carries the rep's words, and the next contact is no later."""
    found = coming(note, turn.today)
    if found is None:
        return
    what = printable(note, 100)
    reminders.promise(turn.session, prospect_id=row.id or 0, person_id=turn.me, on=found.on, what=what, now=turn.now)
    row.next_contact_on = found.on
    complaints.stay_planned(turn, row)


def remember(turn: Turn, row: Prospect, text: str) -> Sequence[Act]:
    """A reminder in plain words; without a day, or with one that has passed, it is asked for again."""
    found = find(text, turn.today)
    if found is None or found.past:
        turn.await_text(f"remind:{row.id}")
        return [Say(words.bad_date(past=found is not None))]
    what = printable(_WHEN.sub("", (text[: found.start] + text[found.end :]).strip(" ，,")), 100)
    reminders.promise(turn.session, prospect_id=row.id or 0, person_id=turn.me, on=found.on, what=what, now=turn.now)
    row.paused = False
    if row.next_contact_on is None or found.on < row.next_contact_on:
        row.next_contact_on = found.on
    complaints.stay_planned(turn, row)
    prospects.touch(row, turn.now)
    return [Say(reminder_words.set_for(row.name, found.on, what, turn.today))]


def is_reminder(text: str, today: date) -> bool:
    """Whether what follows a customer's name is a day to come with a few words, rather than a description."""
    found = find(text, today)
    return found is not None and not found.past and found.on > today and len(text) <= REMINDER_LENGTH


def method_in(note: str) -> str:
    """How the contact was made, as far as the note says."""
    return next((method for method, signs in _METHODS.items() if any(sign in note for sign in signs)), "other")
