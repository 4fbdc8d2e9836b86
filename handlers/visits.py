"""Logged contacts: `/visit 王总 电话聊了报价，下周三再联系`."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from telegram import Update

from cards import occasions as occasion_words
from cards import people as general
from cards import prospects as words
from cards import worth as worth_words
from cards.card import Act, Card, Change, Say, Toast
from handlers import complaints, occasions
from handlers.desk import Context, Turn, answer, number
from handlers.occasions import which
from handlers.saving import beginnings
from handlers.views import next_of, open_card, views_of
from knowledge import appointments, dates
from knowledge.appointments import Day
from knowledge.cadence import latest_day
from knowledge.calendar import working_from
from knowledge.contacts import called
from knowledge.dates import Found
from knowledge.interview import LONGEST_TEXT
from knowledge.kinds import LONGEST_TOLD, PROMISE, Told, load_kinds
from knowledge.methods import Chosen
from knowledge.text import comparable, printable
from store import occasions as occasion_rows
from store import prospects, reminders, visits
from store.due import next_contact, rhythm_of
from store.tables import Prospect, Reminder, Visit

LONGEST_NOTE = 1000
LONGEST_WHAT = 100
LONGEST_CALLED, LIKE = 4, 6  # characters of a name alone; customers who may be meant by another name
NOON, EVENING = time(12), time(20)
MOST_DAYS = 4  # of one note
SOME_DAYS = (1, 3, 7, 14)  # days on which a plan without one may be meant for
LATE = {"傍晚", "晚上"}
OTHER = "other"  # the way of a contact where nobody said it
_METHODS = {
    "phone": ("电话", "打过去", "打给", "通话", "来电", "手机"),
    "wechat": ("微信", "朋友圈", "发消息", "语音"),
    "visit": ("上门", "拜访", "见面", "到店", "来店", "面谈", "去了", "过去", "吃饭"),
}


# Nobody answered, and nothing in the note says that somebody did in the end.
_MISSED = re.compile(
    r"(?:电话|手机|语音|打|拨).{0,8}?(?:没人接|没接|不接|无人接听?|没打?通|不通|关机|占线|停机)"
    r"|^(?:[今昨前]天|[早中晚]上|上午|下午|刚才?|又|都|还是|[，, ])*"
    r"(?:没人接|没接电话|没打通|没联系上|联系不上|没[找见碰][着到上](?:人|面)|扑了?个?空)"
)
# A message was sent, and nothing came back. 微信聊了，问他预算没回 has a talk before it.
_UNANSWERED = re.compile(
    r"(?:微信|消息|信息|短信|语音|朋友圈|邮件|发)[^，,。；;！!聊谈]{0,12}?(?:没|不|未)(?:有|见|人|得到)?(?:怎么|收到)?"
    r"(?:回(?![头去来家想款本])|理(?!解)|搭理|答复|反应|反馈|动静|下文|已读)"
    r"|(?:没|不|未)(?:有)?(?:回|理|搭理)(?:复|过)?我?的?(?:微信|消息|信息|短信|语音|邮件)|已读不回"
    r"|^(?:[今昨前]天|[早中晚]上|上午|下午|一直|刚才?|又|都|还是|[他她]|[，, ])*(?:没|不)(?:有)?(?:搭?理|回)我"
    r"|(?:微信|消息|信息|短信|语音|邮件|发).{0,20}?[，,；;](?:[他她]|客户|对方|一直|还是?|也|都|到现在|结果|就是|[ ])*"
    r"(?:没|不|未)(?:有)?(?:回|搭?理)(?:我|话|音|应|复|信)*(?=$|[，,。；;！!\s])"
)
_IN_THE_END = re.compile(r"后来|回(?:了|电|过来|复)|接通|终于|总算|微信(?:上|里)?(?:说|聊|回|谈)|聊|说|问|谈")
_AGAIN = re.compile(r"再[聊说问谈打联发试][^，,。；;]*")  # 下周一再问 is still to come
_TALKED = re.compile(r"见了|见到|聊了|谈了|约[好了]|通了?电话|[打电]话.{0,4}(?:说|聊|谈|接)|[他她]说|去了|上门")


async def visit(update: Update, context: Context) -> None:
    """`/visit`, `/visit 王总`, `/visit 王总 聊了报价`."""
    text = printable(" ".join(context.args or ()), LONGEST_TEXT)
    await answer(update, context, partial(said, text=text))


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
        return [Say(nobody(turn, text, "p:visit", "/visit 王总 电话聊了报价，下周三再联系"))]
    return [Say(words.choose(views_of(turn, recent), "visit", "和谁联系了？"))]


def beginning(turn: Turn, text: str) -> tuple[Sequence[Prospect], str]:
    """The customers whose name the text begins with (the longest such name), and the rest of the text."""
    head = text.strip()
    names = beginnings(head)
    rows = prospects.named(turn.session, turn.me, *names)
    return rows, head[names[rows[0].name_key] :].strip(" ，,：:、") if rows else head


def nobody(turn: Turn, text: str, stem: str, example: str) -> Card:
    """A text that begins with no customer's name: who may be meant, by surname or a word, and how somebody is added.

    `stem` begins the callback data of those who may be meant; `example` is how the command is used.
    """
    name, rest, rows = alike(turn, text)
    name = name or _first_word(text)
    if not name:
        return words.which_customer(example)
    rows = rows or prospects.page(turn.session, turn.me, name, 0)[0][:LIKE]
    again = f"{example.split(' ', 1)[0]} {rows[0].name} {rest}" if len(rows) == 1 and rest else ""
    return words.nobody(name, views_of(turn, rows), stem, again)


def alike(turn: Turn, text: str) -> tuple[str, str, Sequence[Prospect]]:
    """Somebody by surname and title (王总) that a text begins with, what follows, and the customers of that surname."""
    one = called(comparable(text))
    if one is None:
        return "", text, ()
    rest = text[len(one.name) :].strip(" ，,：:、")
    return text[: len(one.name)], rest, prospects.surnamed(turn.session, turn.me, one.surname, LIKE)


def _first_word(text: str) -> str:
    """What may be a name: the first word, if it is as short as one."""
    first = re.split(r"[\s，,：:、]", text, maxsplit=1)[0]
    return first if len(first) <= LONGEST_CALLED else ""


def log(turn: Turn, row: Prospect, note: str, outcome: str = "reached") -> Sequence[Act]:
    """Keep a contact: the clock starts anew, and a date in the note becomes the next one; unless nobody answered.

    What is only planned is no contact, and of what was done on a day to come the day is asked.
    """
    if not_reached(note):
        outcome = "missed"
    elif found := appointments.planned(note, local(turn, turn.now)):
        return _only_planned(turn, row, note, found)
    elif _is_undated(turn, row, note):
        return _planned_for_some_day(turn, row, note)
    elif found := appointments.odd(note, local(turn, turn.now)):
        return _doubtful(turn, row, note, found)
    kept, more = write(turn, row, note, outcome)
    told = occasions.notice(turn, row, occasions.told(turn, note)) if outcome == "reached" else ""
    return [Say(_kept(turn, row, kept, told)), *more, *complaints.offer(turn, row, note, f"v{kept.id}")]


def is_plan(turn: Turn, row: Prospect, note: str) -> bool:
    """Whether a note only says what will be done: it is no contact."""
    if not_reached(note):
        return False
    return appointments.planned(note, local(turn, turn.now)) is not None or _is_undated(turn, row, note)


def _is_undated(turn: Turn, row: Prospect, note: str) -> bool:
    return appointments.undated(note.replace(row.name, "他"), turn.today)


def _kept(turn: Turn, row: Prospect, kept: Visit, told: str = "") -> Card:
    """The customer's card, with what was kept above it."""
    on = turn.local(kept.at)
    reached = kept.outcome == "reached"
    brought = [one.found.on for one in _brought(turn, kept.note)] if reached else []
    again = min(brought, default=row.next_contact_on)
    said = (
        words.logged(on, next_of(turn, row), turn.today, again) if reached else words.not_reached(on, again, turn.today)
    )
    card = open_card(turn, row, f"{said}\n{told}".strip())
    above = [words.was_today(kept.id or 0)] if on < turn.today else []
    if reached and row.type_id in turn.desk.system.types:
        above.append(worth_words.way_in(row.id or 0))
    return Card(card.text, (*above, *card.buttons))


def _brought(turn: Turn, note: str) -> Sequence[Day]:
    """The days that a note promises."""
    days = _days(turn, note, occasions.told(turn, note))
    return [one for one in days if one.whose != appointments.HEARD]


def local(turn: Turn, at: datetime) -> datetime:
    """A moment as the clock shows it where the caller is."""
    return at.astimezone(ZoneInfo(turn.caller.tz))


def _only_planned(turn: Turn, row: Prospect, note: str, found: Found) -> Sequence[Act]:
    """A note that only says what will be done: promised for that day; a tap logs a contact after all.

    What it tells of the customer's own days is noted, and where that is all (下周三续保) nothing is promised.
    """
    told = occasions.told(turn, note)
    if told and len(note) <= LONGEST_TOLD:
        return occasions.said(turn, row, told)
    noted = occasions.keep(turn, row, told)
    what = printable(appointments.matter_on(note, found.start, found.end, turn.today), appointments.LONGEST_PLAN)
    kept = plan(turn, row, found, what)
    at = occasion_words.hour(found.at, found.part)
    asked = which(turn, note, found, f"n:on:{kept.id}")
    return [Say(words.only_planned(row.name, kept.id or 0, (found.on, at, what), turn.today)), *asked, *noted]


def _planned_for_some_day(turn: Turn, row: Prospect, note: str) -> Sequence[Act]:
    """A note that says what will be done, but not when: promised for the next contact, other days are offered."""
    days, soon = turn.desk.rules.days, working_from(turn.today + timedelta(days=1), turn.desk.rules.days)
    taken = {one.on for one in reminders.coming(turn.session, row.id or 0)}  # one day keeps the words of one promise
    on = max(row.next_contact_on or soon, soon)
    while on in taken:
        on = working_from(on + timedelta(days=1), days)
    what = printable(note, appointments.LONGEST_PLAN)
    noted = occasions.keep(turn, row, occasions.told(turn, note))
    kept = plan(turn, row, Found(on, 0, 0), what)
    offered = {working_from(turn.today + timedelta(days=away), days) for away in SOME_DAYS}
    return [
        Say(words.planned_for_some_day(row.name, kept.id or 0, (on, what), sorted(offered - {on}), turn.today)),
        *noted,
    ]


def plan(turn: Turn, row: Prospect, found: Found, what: str) -> Reminder:
    """Promise something for a day that was said; the next contact is no later, and a pause is over."""
    kept = _remind(turn, row, found, what)
    row.paused = False
    if row.next_contact_on is None or found.on < row.next_contact_on:
        row.next_contact_on = found.on
    complaints.stay_planned(turn, row)
    prospects.touch(row, turn.now)
    return kept


def _doubtful(turn: Turn, row: Prospect, note: str, found: Found) -> Sequence[Act]:
    """Something was done on a day that has not come: the note is kept, and counts when the rep has said which day."""
    kept = _visit(turn, row, note, turn.now, visits.ASKED)
    said = note[found.start : found.end]
    before = dates.earlier(said, turn.today)
    return [Say(words.doubtful(row.name, kept.id or 0, said, (found.on, before), turn.today))]


def not_reached(note: str) -> bool:
    """Whether a note says that nobody was reached."""
    note = _AGAIN.sub("", note)
    if _MISSED.search(note):
        return _IN_THE_END.search(note) is None
    silent = _UNANSWERED.search(note)
    return silent is not None and _IN_THE_END.search(note, silent.end()) is None and not _TALKED.search(note)


def write(
    turn: Turn, row: Prospect, note: str, outcome: str = "reached", touch: Chosen | None = None
) -> tuple[Visit, Sequence[Act]]:
    """The contact itself, with what follows for the plan; and what is to be asked about the note.

    `touch` is how it was to be made, which holds where the note does not say.
    """
    behind = appointments.behind(note, turn.today)
    kept = _visit(turn, row, note, _moment(turn, behind) if behind else turn.now, outcome, touch)
    more = _reached(turn, row, note, kept.at) if outcome == "reached" else _missed(turn, row, note)
    complaints.stay_planned(turn, row)
    prospects.touch(row, turn.now)
    return kept, more


def _visit(
    turn: Turn, row: Prospect, note: str, at: datetime, outcome: str = "reached", touch: Chosen | None = None
) -> Visit:
    method = method_in(note)
    return visits.log(
        turn.session,
        Visit(
            prospect_id=row.id or 0,
            person_id=turn.me,
            at=at,
            method=touch.way if touch and method == OTHER else method,
            how=turn.desk.edition.methods.said(note) or (touch.method.id if touch else ""),
            outcome=outcome,
            note=note[:LONGEST_NOTE],
        ),
    )


def _moment(turn: Turn, told: dates.Found) -> datetime:
    """When a contact was that a note tells of afterwards: the hour is mostly not known."""
    at = told.at or (EVENING if told.part in LATE else NOON)
    return datetime.combine(told.on, at, ZoneInfo(turn.caller.tz)).astimezone(UTC)


def _reached(turn: Turn, row: Prospect, note: str, at: datetime) -> Sequence[Act]:
    if row.last_contact_at is None or row.last_contact_at <= at:
        _begin_again(turn, row, at)
    return follow(turn, row, note)


def _begin_again(turn: Turn, row: Prospect, at: datetime) -> None:
    """The clock starts from a contact; what came due after it stays."""
    planner, days, kinds, on = turn.desk.planner, turn.desk.rules.days, load_kinds(), turn.local(at)
    rhythm = rhythm_of(turn.session, row, turn.today, planner)
    quiet = kinds.quiet_on(on, rhythm.latest, days)
    reminders.quiet(turn.session, row, max(quiet, turn.today), turn.now, kinds.rules.quiet.every)
    reminders.close(turn.session, row.id or 0, "done", on, turn.now, days)
    row.last_contact_at = at
    first = working_from(turn.today + timedelta(days=1), days) if on < turn.today else None
    row.next_contact_on = next_contact(turn.session, row, on, turn.today, planner, first=first, rhythm=rhythm)


async def tapped(update: Update, context: Context) -> None:
    """A button below a contact that was logged, or a plan that was not."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    await answer(update, context, partial(tap, data=data))


def tap(turn: Turn, data: str) -> Sequence[Act]:
    """`z:<verb>:<contact, or of did and had the reminder>`; whose it is is checked."""
    _, verb, given = [*data.split(":"), "", ""][:3]
    if verb == "today":
        return was_today(turn, data)
    if verb in {"did", "had"}:
        return _did(turn, number(given), dated=verb == "did")
    kept = visits.mine(turn.session, turn.me, number(given))
    row = prospects.mine(turn.session, turn.me, kept.prospect_id) if kept else None
    found = appointments.odd(kept.note, local(turn, kept.at)) if kept else None
    if kept is None or row is None or found is None or kept.outcome != visits.ASKED:
        return [Toast(general.stale())]
    verbs: Mapping[str, Callable[[], Sequence[Act]]] = {
        "now": lambda: _counts(turn, row, kept, dates.without(kept.note, found)),
        "then": lambda: _earlier(turn, row, kept, found),
        "plan": lambda: _not_yet(turn, row, kept, found),
    }
    chosen = verbs.get(verb)
    return chosen() if chosen else [Toast(general.stale())]


def _did(turn: Turn, reminder_id: int, *, dated: bool) -> Sequence[Act]:
    """What reads like a plan was a contact: log it for now; the plan stays, if it is not for today.

    Not `dated`, the day of the plan is ours, and no part of what was said.
    """
    promised, row = reminders.mine(turn.session, turn.me, reminder_id) or (None, None)
    if promised is None or row is None or promised.kind != PROMISE or promised.state != "open":
        return [Toast(general.stale())]
    hour = occasion_words.hour(promised.at, promised.part)
    note = words.planned_note(promised.on, hour, promised.what) if dated else promised.what
    last = next(iter(visits.latest(turn.session, row.id or 0, 1)), None)
    if last is not None and last.note == note:  # the second of two taps
        return [Toast(general.stale())]
    kept = _visit(turn, row, note, turn.now)
    _begin_again(turn, row, turn.now)
    if turn.today < promised.on:
        row.next_contact_on = promised.on
    complaints.stay_planned(turn, row)
    prospects.touch(row, turn.now)
    return [Change(_kept(turn, row, kept))]


def _earlier(turn: Turn, row: Prospect, kept: Visit, found: Found) -> Sequence[Act]:
    """It was the last such day: last week's, last month's, last year's."""
    note = kept.note
    on = dates.earlier(note[found.start : found.end], turn.local(kept.at))
    if on is None:
        return [Toast(general.stale())]
    kept.at = _moment(turn, Found(on, found.start, found.end, past=True, part=found.part))
    return _counts(turn, row, kept, f"{note[: found.start]}{on}{note[found.end :]}")


def _counts(turn: Turn, row: Prospect, kept: Visit, note: str) -> Sequence[Act]:
    """The contact counts from now on, and so does what its note brings, read without the day that was odd."""
    kept.outcome = "reached"
    turn.session.flush()
    more = _reached(turn, row, note, kept.at)
    complaints.stay_planned(turn, row)
    prospects.touch(row, turn.now)
    return [Change(_kept(turn, row, kept)), *more, *complaints.offer(turn, row, note, f"v{kept.id}")]


def _not_yet(turn: Turn, row: Prospect, kept: Visit, found: Found) -> Sequence[Act]:
    """It is still to be done: the note becomes a promise for that day, and no contact is left."""
    then = turn.local(kept.at)
    what = printable(appointments.matter_on(kept.note, found.start, found.end, then), LONGEST_WHAT)
    visits.forget(turn.session, kept)
    promised = plan(turn, row, found, what)
    at = occasion_words.hour(found.at, found.part)
    return [Change(words.only_planned(row.name, promised.id or 0, (found.on, at, what), turn.today))]


def was_today(turn: Turn, data: str) -> Sequence[Act]:
    """Log the contact for today after all; a promise in its note stays."""
    kept = visits.mine(turn.session, turn.me, number(data.removeprefix("z:today:")))
    row = prospects.mine(turn.session, turn.me, kept.prospect_id) if kept else None
    if kept is None or row is None or turn.local(kept.at) >= turn.today:
        return [Toast(general.stale())]
    kept.at = turn.now
    _begin_again(turn, row, turn.now)
    _come_again(turn, row, _brought(turn, kept.note))
    complaints.stay_planned(turn, row)
    return [Change(_kept(turn, row, kept))]


def _missed(turn: Turn, row: Prospect, note: str) -> Sequence[Act]:
    """Tried again later, on the day that a note says; somebody who is never reached may be going quiet."""
    id, days, kinds = row.id or 0, turn.desk.rules.days, load_kinds()
    again = turn.desk.cadence.retry_after(turn.today, days)
    reminders.put_off(turn.session, id, turn.today, again, turn.now)
    reminders.close(turn.session, id, "missed", turn.today, turn.now, days)
    row.next_contact_on = again
    last = visits.latest(turn.session, id, kinds.rules.quiet.misses)
    if len(last) == kinds.rules.quiet.misses and all(one.outcome == "missed" for one in last):
        reminders.quiet(turn.session, row, again, turn.now, kinds.rules.quiet.every)
    return follow(turn, row, note) if note else []


def follow(turn: Turn, row: Prospect, note: str) -> Sequence[Act]:
    """What a note brings: days of the customer's, a promise, a quote to ask after; and what is to be asked about it."""
    kinds, told = load_kinds(), occasions.told(turn, note)
    acts = list(occasions.keep(turn, row, told))
    if kinds.replied(note):
        reminders.drop(turn.session, row.id or 0, reminders.QUOTE, turn.now)
    days = _days(turn, note, told)
    if days:
        acts += _keep_days(turn, row, note, days)
    if not any(one.whose != appointments.HEARD for one in days) and kinds.quoted(note):
        was = appointments.behind(note, turn.today)
        on = was.on if was is not None else None
        occasion_rows.quoted(turn.session, row, turn.today, turn.now, turn.desk.rules.days, on)
    return acts


def _days(turn: Turn, note: str, told: Sequence[Told]) -> Sequence[Day]:
    """The days to come that a note names, promises first: neither the day of this contact nor a birthday is one."""
    found = appointments.days(note, turn.today, *told)
    promised = [one for one in found if one.whose == appointments.OURS]
    promised = promised or [one for one in found if one.whose == appointments.AGREED][:1]
    rest = [one for one in found if one not in promised]
    return [*promised, *(replace(one, whose=appointments.HEARD) for one in rest)][:MOST_DAYS]


def _keep_days(turn: Turn, row: Prospect, note: str, days: Sequence[Day]) -> Sequence[Act]:
    """What we promised becomes promises, which carry the rep's words; what else comes is told of on its day."""
    acts: list[Act] = []
    promised = [one for one in days if one.whose != appointments.HEARD]
    for one in promised:
        whole = appointments.matter_on(note, one.found.start, one.found.end, turn.today)
        kept = _remind(turn, row, one.found, printable(one.what if len(days) > 1 else whole, LONGEST_WHAT))
        acts += which(turn, note, one.found, f"n:on:{kept.id}")
    taken = {one.found.on for one in promised}
    for one in days[len(promised) :]:
        if one.found.on not in taken:
            at, part = one.found.at, one.found.part
            occasions.place_own(turn, row, printable(one.said, LONGEST_WHAT), one.found.on, at, part)
    _come_again(turn, row, promised)
    complaints.stay_planned(turn, row)
    return acts


def _come_again(turn: Turn, row: Prospect, days: Sequence[Day]) -> None:
    """The next contact is on the first day that was promised, no later than the rhythm allows, unless that day is for
    being in touch again; nor later than what was promised before.
    """
    if not days:
        return
    first = min(days, key=lambda one: one.found.on)
    on = first.found.on
    if not first.contact and row.next_contact_on is not None and on > row.next_contact_on:
        rhythm = rhythm_of(turn.session, row, turn.today, turn.desk.planner)
        last = turn.local(row.last_contact_at) if row.last_contact_at else None
        on = on if on <= latest_day(row.next_contact_on, rhythm, last, turn.desk.rules.days) else row.next_contact_on
    before = (one.on for one in reminders.coming(turn.session, row.id or 0) if one.on > turn.today)
    row.next_contact_on = min([on, *before])


def _remind(turn: Turn, row: Prospect, found: Found, what: str) -> Reminder:
    return reminders.promise(
        turn.session,
        prospect_id=row.id or 0,
        person_id=turn.me,
        on=found.on,
        what=what,
        now=turn.now,
        at=found.at,
        part=found.part,
    )


def method_in(note: str) -> str:
    """How the contact was made, as far as the note says."""
    return next((method for method, signs in _METHODS.items() if any(sign in note for sign in signs)), OTHER)
