"""From an interview to a customer on record."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from cards import prospects as words
from cards.card import Act, Say, Toast
from handlers.desk import Turn
from handlers.views import open_card, view_of
from knowledge import interview as machine
from knowledge.quotes import reasons
from knowledge.text import comparable, digits, folded, key, printable
from store import facts, interviews, prospects
from store.due import next_contact
from store.interviews import Kept
from store.tables import Prospect

LONGEST_BEGINNING = 20  # characters; a longer name has to be given alone
_PHONE = re.compile(r"\+?\d[\d\- ]{3,22}\d")
_TITLE = re.compile(r"^(?:客户|叫|姓名)[:：\s]*")


@dataclass(frozen=True, slots=True)
class Named:
    """What a rep wrote to name a customer."""

    name: str
    phone: str = ""
    company: str = ""


def named(text: str) -> Named:
    """Name, telephone number and company from "王总 13800000000 华鑫建材", in any order of number and words."""
    found = _PHONE.search(text)
    phone = "".join(found[0].split()) if found else ""
    rest = _TITLE.sub("", text.replace(found[0], " ") if found else text)
    first, _, company = " ".join(re.split(r"[\s,，、;；]+", rest)).strip().partition(" ")
    return Named(printable(first, 40), phone, printable(company, 60))


def shown_name(name: str) -> str:
    """A name as it is said where number and company were written with it."""
    return named(name).name if _PHONE.search(name) else name


def beginnings(text: str) -> dict[str, int]:
    """Every name that `text` may begin with, in its comparable form, and how many characters of it that is."""
    head = text[:LONGEST_BEGINNING]
    whole = comparable(head)
    # OpenCC reads phrases: what it makes of a name alone may differ from what it makes of it in a sentence.
    same = whole == folded(head)
    prefixes = accumulate(whole) if same else (comparable(head[:n]) for n in range(1, len(head) + 1))
    names = {prefix.replace(" ", ""): n for n, prefix in enumerate(prefixes, start=1)}
    return names if 0 < len(text) == len(head) else names | {key(text): len(text)}


def save(turn: Turn, row: Kept) -> Sequence[Act]:
    """Save what an interview found: to its customer, or to a new one whose name is asked for where it is not known."""
    if row.prospect_id is not None:
        prospect = prospects.mine(turn.session, turn.me, row.prospect_id)
        if prospect is not None:
            before = prospect.type_id
            label(turn, row, prospect)
            types = turn.desk.system.types
            was, now = types.get(before), types.get(prospect.type_id)
            changed = (was.zh, now.zh) if was and now and was is not now else None
            return [Say(open_card(turn, prospect, words.updated(changed)))]
    if not row.name:
        turn.await_text(f"name:{row.id}")
        return [Say(words.ask_name())]
    return create(turn, row, row.name)


def name_given(turn: Turn, interview_id: int, text: str) -> Sequence[Act]:
    """The name that `save` asked for."""
    row = interviews.mine(turn.session, turn.me, interview_id)
    if row is None:
        return [Toast(words.gone())]
    if not named(text).name:
        turn.await_text(f"name:{interview_id}")
        return [Say(words.ask_name())]
    return create(turn, row, text)


def create(turn: Turn, row: Kept, text: str, *, sure: bool = False) -> Sequence[Act]:
    """A new customer, unless one like it is there and the rep has not said that this is another."""
    given = named(text)
    same = prospects.duplicates(turn.session, turn.me, key(given.name), digits(given.phone))
    if same and not sure:
        interviews.about(turn.session, row, name=printable(text, 60), prospect_id=row.prospect_id)
        return [Say(words.duplicates([view_of(turn, one) for one in same], row.id, given.name))]
    prospect = prospects.add(
        turn.session,
        Prospect(
            owner_id=turn.me,
            name=given.name,
            name_key=key(given.name),
            phone=given.phone,
            phone_key=digits(given.phone),
            company=given.company,
            created_at=turn.now,
            updated_at=turn.now,
        ),
    )
    label(turn, row, prospect)
    prospect.next_contact_on = next_contact(turn.session, prospect, turn.today, turn.today, turn.desk.planner)
    return [Say(words.grade(view_of(turn, prospect)))]


def replan(turn: Turn, row: Prospect) -> None:
    """The next contact by the rhythm, counted from the last one, or from today where there was none."""
    last = turn.local(row.last_contact_at) if row.last_contact_at else turn.today
    row.next_contact_on = next_contact(turn.session, row, last, turn.today, turn.desk.planner, first=turn.today)
    prospects.touch(row, turn.now)


def label(turn: Turn, row: Kept, prospect: Prospect) -> None:
    """Write an interview's result on the customer; the rep's own correction outweighs the belief."""
    interviews.about(turn.session, row, name=prospect.name, prospect_id=prospect.id)
    if row.system not in turn.desk.systems:  # a team may have taken its own system away again
        return
    system = turn.desk.systems[row.system]
    interview = machine.restore(interviews.state(row), system)
    belief = machine.belief(interview, system)
    said = interviews.corrected(turn.session, row.id)
    said = said if said is not None and said.correct in system.types else None
    if system is not turn.desk.system:
        if said is not None or belief.clear:
            type = said.correct if said is not None else belief.top
            facts.keep(turn.session, prospect.id or 0, system.id, type, turn.today)
        return
    if said is not None:
        prospect.type_id, prospect.type_p, prospect.type_by = said.correct, 1.0, "corrected"
    elif belief.clear:
        prospect.type_id, prospect.type_p, prospect.type_by = belief.top, belief.sure, "inferred"
    else:
        return
    texts = [f"“{quote.words}”" for quote in reasons(belief, interview, 4, prospect.type_id)]
    prospect.type_why, prospect.type_at, prospect.updated_at = "\n".join(texts), turn.now, turn.now
