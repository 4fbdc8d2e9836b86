"""Plain messages: what was asked for, an answer to the interview, a customer's name, or a new description."""

import re
from collections.abc import Sequence
from functools import partial

from telegram import Message, Update

from cards import interview as interview_words
from cards import people as words
from cards import prospects as prospect_words
from cards.card import Act, Say, Toast
from cards.occasions import FACTS
from handlers import (
    complaints,
    contacts,
    facets,
    interview,
    lists,
    occasions,
    practice,
    prospects,
    remind,
    reminders,
    requests,
    saving,
    settings,
    told,
    visits,
    wording,
)
from handlers.desk import Context, Turn, answer
from handlers.saving import LONGEST_BEGINNING, shown_name
from handlers.views import open_card, views_of
from handlers.visits import LONGEST_CALLED
from knowledge import dates, values
from knowledge.contacts import all_called, tells_of_people
from knowledge.courtesy import is_courtesy
from knowledge.interview import LONGEST_TEXT, Said
from knowledge.introductions import MOBILE, Introduction, introduced
from knowledge.text import CHINESE, comparable, digits, key, legible, printable
from store import interviews
from store import prospects as customers
from store.interviews import Kept
from store.tables import Prospect

LONGEST_NUMBER = 2  # digits of a choice's number, which says nothing else
_NUMBER = re.compile(r"\d")
# Somebody to be kept: 张三 13800000000 华鑫建材
_NAMED = re.compile(rf"[^\W\d]{{2,6}}[\s,，]+{MOBILE}(?:[\s,，]+[^\W\d]{{2,20}})?")
_NO_NAMES = frozenset(["visit", "remind", "fact", "fill", "day", "until", "note"])  # what no answer to is a name
_WORD = re.compile(r"\w")
# Where sentences are waited for, about a customer or of one: whatever is typed is one.
_FREE = frozenset(
    ["visit", "note", "add", "complain", "again", "wish", "ending", "knote", "list", "listname", "person"]
)
# A date or a number, of which a sentence may have one as well; where settings are asked for, they are read first.
_SINGLE = frozenset(["day", "fact", "fill", "until", "kdue", "edit"])
_PERSON = "person:"
_ENOUGH = re.compile(r"(?:没有?了|好了|完了|就(?:这|他)(?:些|几个|么多)|不加了|加完了|就这样)[。!！]?")
_MEANWHILE = "~"  # behind what is waited for: something else was dealt with in the meantime


async def text(update: Update, context: Context) -> None:
    """A message with text, typed or forwarded."""
    message = update.effective_message
    await answer(update, context, partial(read, text=(message.text or "") if message else ""))


async def not_text(update: Update, context: Context) -> None:
    """A voice message, a sticker, a photo …"""
    message = update.effective_message
    kind = _kind(message) if message else "other"
    caption = (message.caption or "") if message else ""
    if caption and CHINESE.search(caption):
        await answer(update, context, partial(read, text=caption))
    else:
        await answer(update, context, partial(_same, acts=[Say(words.text_only(kind))]))


async def unknown_command(update: Update, context: Context) -> None:
    """A command that does not exist."""
    await answer(update, context, partial(_same, acts=[Say(words.unknown_command())]))


async def stray_button(update: Update, context: Context) -> None:
    """Callback data that no handler knows."""
    await answer(update, context, partial(_same, acts=[Toast(words.stale())]))


def _same(turn: Turn, acts: Sequence[Act]) -> Sequence[Act]:  # noqa: ARG001 - it is the same for everybody
    return acts


def _kind(message: Message) -> str:
    if message.voice or message.audio or message.video_note:
        return "voice"
    kinds = ("sticker", "photo", "document", "contact", "location")
    return next((kind for kind in kinds if getattr(message, kind)), "other")


def read(turn: Turn, text: str) -> Sequence[Act]:
    """Decide what a text is meant for; a text that cannot be used changes nothing."""
    clean = legible(text)
    if turn.awaiting.startswith(wording.AWAITED):
        return wording.drafted(turn, clean)
    if len(clean) > LONGEST_TEXT:
        return [Say(words.too_long(LONGEST_TEXT))]
    if not _WORD.search(clean):
        return [Say(words.no_words())]
    if turn.awaiting.startswith(practice.AWAITED):
        return practice.written(turn, clean)
    if turn.awaiting.startswith(_PERSON) and turn.awaiting.endswith(f":{contacts.MORE}"):
        return _another(turn, clean)
    if turn.awaiting:
        return _opened_instead(turn, clean) or _answered(turn, clean)
    return _plain(turn, clean)


def _plain(turn: Turn, clean: str) -> Sequence[Act]:
    """What a text is for where nothing is waited for but the answer to an interview."""
    if wish := _wish(turn, clean):
        return wish
    row = interviews.current(turn.session, turn.me)
    row = row if row is not None and row.system in turn.desk.systems else None
    if row is not None and _is_choice(clean):
        return interview.move(turn, row, Said(clean))
    if corrected := interview.corrected(turn, clean):
        return corrected
    if asked := requests.answered(turn, clean, asking=row is not None):
        return [*asked, *_still_open(turn, row)]
    known, rest = visits.beginning(turn, clean)
    if row is not None and not (known and not rest) and (CHINESE.search(clean) or _NUMBER.search(clean)):
        return _in_interview(turn, row, known, clean, rest)
    return _unasked(turn, clean, known, rest)


def _is_choice(text: str) -> bool:
    return text.isdecimal() and len(text) <= LONGEST_NUMBER


def _unasked(turn: Turn, clean: str, known: Sequence[Prospect], rest: str) -> Sequence[Act]:
    """A text that answers nothing, and begins with the name of those who are `known`."""
    if len(known) == 1 and not rest:
        return [Say(open_card(turn, known[0]))]
    if known and not rest:
        return [Say(prospect_words.choose(views_of(turn, known), "open", "有几位同名的，是哪一位？"))]
    if len(known) == 1 and (done := told.done(turn, known[0], rest)):
        return done
    if found := introduced(clean):
        return _introduced(turn, found)
    if known[1:]:
        return told.whom(turn, known, rest)
    if not CHINESE.search(clean):
        return [Say(words.no_choice_waits() if _is_choice(clean) else words.foreign())]
    if known:
        return told.about(turn, known[0], rest)
    if remind.wanted(turn, clean):
        return remind.own(turn, clean)
    return _about_nobody(turn, clean) or _described(turn, clean)


def _introduced(turn: Turn, found: Introduction) -> Sequence[Act]:
    """Somebody with number or company: a customer on record, or somebody new, who is judged by the rest alone.

    Of another company, it is a namesake: whether it is the same is asked when they are saved.
    """
    known = customers.named(turn.session, turn.me, key(found.name))
    one = known[0] if len(known) == 1 else None
    if one is None or (found.company and one.company and key(found.company) != key(one.company)):
        return interview.start(turn, printable(found.whole, interview.LONGEST_NAMED), found.rest)
    acts = list(told.noted(turn, one, found.phone)) if found.phone and digits(found.phone) != one.phone_key else []
    if found.company and not one.company:
        acts += prospects.edited(turn, one.id or 0, "company", found.company)
    if found.rest:
        return [*acts, *told.about(turn, one, found.rest)]
    return acts or [Say(open_card(turn, one))]


def _another(turn: Turn, text: str) -> Sequence[Act]:
    """After somebody was put on the people map: the next person, the end of them, or something else altogether."""
    id = int(turn.awaiting.split(":")[1])
    if _ENOUGH.fullmatch(text.strip()):
        return contacts.enough(turn, id)
    known, rest = visits.beginning(turn, text)
    turn.await_text("")
    if not is_courtesy(comparable(text)) and not (known and not rest):
        if len(known) == 1 and (done := told.done(turn, known[0], rest)):
            return done
        if tells_of_people(text) or (all_called(comparable(text)) and not values.speaks(text, turn.desk.system)):
            return contacts.told(turn, id, text)
    return _plain(turn, text)


def _still_open(turn: Turn, row: Kept | None) -> Sequence[Act]:
    """The question that was open before something else was dealt with, and still is."""
    now = interviews.current(turn.session, turn.me) if row else None
    return [Say(interview.again(turn, now))] if row and now and now.id == row.id and not turn.awaiting else []


def _in_interview(turn: Turn, row: Kept, known: Sequence[Prospect], text: str, rest: str) -> Sequence[Act]:
    """A text while a question is open: an answer, unless it begins with another customer's name, or with the name and
    number of somebody else altogether.
    """
    found = introduced(text) if row.name and not known else None
    if found and found.phone and key(found.name) != key(shown_name(row.name)):
        return _introduced(turn, found)
    if not known or row.prospect_id in {one.id for one in known[1:]}:
        return interview.answered(turn, row, text)
    if known[1:] and row.prospect_id != known[0].id:
        return [*told.whom(turn, known, rest, may_answer=True), *_still_open(turn, row)]
    one = known[0]
    own = row.prospect_id == one.id if row.prospect_id else key(shown_name(row.name)) == one.name_key
    if done := told.noted(turn, one, rest) if own else told.done(turn, one, rest):
        return [*done, *_still_open(turn, row)]
    if own:
        return interview.answered(turn, row, text)
    return [*told.offer(turn, one, rest, may_answer=True), *_still_open(turn, row)]


def _wish(turn: Turn, text: str) -> Sequence[Act]:
    """What a text asks for by its own words, whatever is going on: nothing but an answer, a reminder, or a leave."""
    if is_courtesy(comparable(text)):
        return [Say(words.polite(asked=interviews.current(turn.session, turn.me) is not None))]
    if "提醒我" in text and remind.wanted(turn, text):
        return remind.own(turn, text)
    return settings.leave_told(turn, text) if "假" in text else ()


def _described(turn: Turn, text: str) -> Sequence[Act]:
    """Somebody who is described; what describes nobody may tell something of a customer whom it names."""
    if not values.speaks(text, turn.desk.system) and (prospect := told.mentioned(turn, text)):
        return told.offer(turn, prospect, text)
    return [*interview.start(turn, "", text), *_several(text)]


def _several(text: str) -> Sequence[Act]:
    """A description of several people at once: it is judged as that of one."""
    names = all_called(comparable(text))
    return [Say(interview_words.several(names))] if len(names) > 1 else []


def _about_nobody(turn: Turn, text: str) -> Sequence[Act]:
    """A name that nobody on record has, alone, with a telephone number or before a day: no description yet."""
    if _NAMED.fullmatch(text):
        return interview.start(turn, text)
    name, rest, rows = visits.alike(turn, text)
    if not name or (rest and not remind.is_reminder(rest, turn.today)):
        return ()
    if rows:
        again = f"{rows[0].name} {rest}" if rest and len(rows) == 1 else ""
        return [Say(prospect_words.nobody(name, views_of(turn, rows), "p:remind" if rest else "p:open", again))]
    return remind.own(turn, text) if rest else interview.start(turn, name)


def _opened_instead(turn: Turn, text: str) -> Sequence[Act]:
    """A customer's name where a figure, a day or a note is waited for: it is none of these."""
    if turn.awaiting.partition(":")[0] not in _NO_NAMES:
        return ()
    known, rest = visits.beginning(turn, text) if len(text) <= LONGEST_BEGINNING else ((), text)
    if len(known) != 1 or rest:
        return ()
    turn.await_text("")
    return [Say(open_card(turn, known[0]))]


def _answered(turn: Turn, text: str) -> Sequence[Act]:
    """The value that is waited for; what tells of somebody instead is dealt with, and the value still waited for."""
    waiting = turn.awaiting.removesuffix(_MEANWHILE)
    if _otherwise(turn, waiting, text):
        return _meanwhile(turn, waiting, text)
    begun = turn.awaiting != waiting and interviews.current(turn.session, turn.me) is not None
    acts = _awaited(turn, waiting, text)
    what = waiting.partition(":")[0]
    if turn.awaiting != waiting:  # it was taken
        also = what in _SINGLE and not turn.awaiting and _describes(turn, values.beside(text, turn.today))
        return [*acts, *_plain(turn, text)] if also else acts
    if what in _FREE:
        return acts
    unread = begun or is_courtesy(comparable(text)) or _describes(turn, text)
    return _meanwhile(turn, waiting, text) if unread else acts


def _otherwise(turn: Turn, waiting: str, text: str) -> bool:
    """Whether a text that might be read as the value that is waited for is about something else."""
    what, id, field = [*waiting.split(":"), "", ""][:3]
    if what in _FREE or (what == "edit" and field in {"notes", "next_step"}):
        return False
    if what == "name" or (what == "edit" and field in {"name", "company"}):
        named = values.clauses(text) == 1 or len(values.first(text)) <= LONGEST_CALLED or _NUMBER.search(text)
        return not named and _describes(turn, text)
    if what in _NO_NAMES and "提醒我" in text and what != "remind" and remind.wanted(turn, text):
        return True
    known, rest = visits.beginning(turn, text)
    if what in _NO_NAMES and len(known) == 1 and rest and str(known[0].id) != id:
        return True
    if what == "remind":  # 今天 in a description is no day to be reminded on
        found = dates.find(text, turn.today)
        return found is not None and (found.on, found.at) == (turn.today, None) and _describes(turn, text)
    return what in _SINGLE and not values.is_value(text, turn.today) and _describes(turn, text)


def _describes(turn: Turn, text: str) -> bool:
    return values.describes(text, turn.desk.system)


def _meanwhile(turn: Turn, waiting: str, text: str) -> Sequence[Act]:
    """Deal with a text as if nothing were waited for, and go on waiting, unless it asked for something itself.

    From then on what is no value answers the interview that may have begun.
    """
    turn.await_text("")
    acts = _plain(turn, text)
    if turn.awaiting:
        return acts
    turn.await_text(f"{waiting}{_MEANWHILE}")
    return [*acts, Say(words.still_waiting(_asked(turn, waiting)))]


def _asked(turn: Turn, waiting: str) -> str:
    """What is waited for, in a word; "" where it has none."""
    what, _, field = [*waiting.split(":"), "", ""][:3]
    match what:
        case "day":
            return FACTS.get(field, "")
        case "edit":
            return prospect_words.FIELDS.get(field, "")
        case "fill":
            return turn.desk.facts[field].zh if field in turn.desk.facts else ""
        case _:
            return words.WAITED.get(what, "")


def _awaited(turn: Turn, waiting: str, text: str) -> Sequence[Act]:
    """What the last message asked for."""
    what, number, field = [*waiting.split(":"), "", ""][:3]
    turn.await_text("")
    id = int(number or 0)
    match what:
        case "name":
            return saving.name_given(turn, id, text)
        case "edit":
            return prospects.edited(turn, id, field, text)
        case "visit" | "remind":
            prospect = customers.mine(turn.session, turn.me, id)
            if prospect is None:
                return [Say(prospect_words.which_customer("/visit 王总 聊了报价"))]
            return visits.log(turn, prospect, text) if what == "visit" else remind.remember(turn, prospect, text)
        case "day" | "fact" | "fill":
            typed = {"day": occasions.typed, "fact": facets.typed, "fill": facets.filled}[what]
            return typed(turn, id, field, text)
        case "note":
            return reminders.noted(turn, id, text)
        case "until":
            return reminders.put_off(turn, id, text)
        case "add":
            return interview.add(turn, id, text)
        case "complain" | "again" | "wish" | "kdue" | "ending" | "knote":
            return complaints.typed(turn, what, id, text)
        case "list" | "listname":
            return lists.typed(turn, what, id, text)
        case "person" | "hfield":
            return contacts.told(turn, id, text) if what == "person" else contacts.edited(turn, id, field, text)
        case _:
            return settings.typed(turn, what, text)
