"""What could be sent instead of a draft: the clause at fault in better words, everything else as it was written.

The words are data (`wording/repairs.toml`, `wording/clash.toml`); where the draft is about one of the matters in them
(money owed, a complaint, others in the trade), only words for that matter or those that were written will do. A clause
is replaced together with those beside it that sound wrong by themselves. What comes out is checked like any draft;
where that does not make it fit to be sent, the whole sentence is replaced, and then everything behind the address. What
still has a fault is shown to nobody.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import takewhile

from knowledge.features import Span
from knowledge.model import NOTHING
from knowledge.slots import plain
from knowledge.taboos import Repair, overlap
from knowledge.wording import Finding, Wording

_CLAUSE = re.compile(r"[^，。！？；,.!?;\n~…：: ]+")
_SENTENCE = re.compile(r"[^。！？；!?;\n]+")
_ADDRESS = re.compile(
    r"[^，。！？,!?\s]{0,6}(?:[总姐哥叔姨]|老师|经理|先生|女士|老板|您好|你好|亲|[早晚]上好|好)[，,！!。\s]+"
)
_QUESTION = re.compile(r"[吗呢]$")
DOUBT = 0.35  # a clause that is faulty by itself with this chance goes along with its neighbour
_LOOSE = "，,。！!？?；;～~… \n"  # signs at the edge of what is kept


@dataclass(frozen=True, slots=True)
class Reworded:
    """`whole` can be sent; `parts` are what was replaced in it and by what, one for each finding, None for one that
    another's replacement took away.
    """

    whole: str
    parts: tuple[tuple[str, str] | None, ...]


def reword(wording: Wording, draft: str, findings: Sequence[Finding], type: str = "") -> Reworded | None:
    """The draft with other words for what was found in it, checked; None where no rewording passes."""
    for reach in (partial(_clauses, wording), _sentences, _everything) if findings else ():
        edits: dict[int, tuple[Span, str]] = {}
        for number, finding in enumerate(findings):
            edit = _repaired(wording, draft, finding, reach(draft, finding))
            if edit and not any(overlap(edit[0], other) for other, _ in edits.values()):
                edits[number] = edit
        whole = _applied(draft, edits.values())
        if whole != draft and not wording.check(whole, type):
            parts = {number: (draft[slice(*span)], text) for number, (span, text) in edits.items()}
            return Reworded(whole, tuple(parts.get(number) for number in range(len(findings))))
    return None


def _clauses(wording: Wording, draft: str, finding: Finding) -> Span:
    """The clauses of the finding and those beside them that sound wrong by themselves."""
    start, end = _around(draft, finding.spans, _CLAUSE)
    parts = [part.span() for part in _CLAUSE.finditer(draft, _address(draft))]

    def wrong(part: Span) -> bool:
        return 1 - wording.chances(draft[slice(*part)])[NOTHING] > DOUBT

    for part in takewhile(wrong, [part for part in reversed(parts) if part[1] <= start]):
        start = part[0]
    for part in takewhile(wrong, [part for part in parts if part[0] >= end]):
        end = part[1]
    return start, end


def _sentences(draft: str, finding: Finding) -> Span:
    return _around(draft, finding.spans, _SENTENCE)


def _everything(draft: str, _finding: Finding) -> Span:
    return _around(draft, [(0, len(draft))], _SENTENCE)


def _address(draft: str) -> int:
    """Where what is said begins: behind 王总，您好，; at the start where nothing else is said."""
    address = _ADDRESS.match(draft)
    return address.end() if address and address.end() < len(draft) else 0


def _around(draft: str, spans: Sequence[Span], parts: re.Pattern[str]) -> Span:
    """From the beginning of the part in which the first span is to the end of the one in which the last is, without
    the address unless there is nothing else.
    """
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    touched = [part.span() for part in parts.finditer(draft) if part.start() < last and first < part.end()]
    start, end = (touched[0][0], touched[-1][1]) if touched else (first, last)
    start = max(start, _address(draft)) if _address(draft) < end else start
    kept = draft[start:end]
    return start + len(kept) - len(kept.lstrip(_LOOSE)), end


def _repaired(wording: Wording, draft: str, finding: Finding, span: Span) -> tuple[Span, str] | None:
    """What is replaced, and by what: words that keep what was written are put around the whole sentence."""
    told, lists = plain(draft[slice(*span)]), wording.lists
    matters = lists.about(told) or lists.about(plain(draft))
    fitting = (
        _fitting([one for one in repairs if one.suits(matters)], told, plain(draft))
        for repairs in (finding.taboo.repairs, lists.repairs)
    )
    repair = next((one for one in fitting if one), None)
    if repair is None:
        return None
    if "{it}" in repair.say:
        span = _around(draft, [span], _SENTENCE)
    match = repair.about.search(told) or repair.about.search(plain(draft)) if repair.about else None
    part = (match[1] or "") if match and match.re.groups else ""
    text = repair.say.replace("{it}", _kept(draft[slice(*span)], repair)).replace("{part}", part)
    return span, text if "您" in draft or "你" not in draft else text.replace("您", "你")


def _fitting(repairs: Sequence[Repair], *told: str) -> Repair | None:
    """The first repair that is about something in the first of the texts, else in the next, else one for anything."""
    about = (repair for text in told for repair in repairs if repair.about and repair.about.search(text))
    return next(about, next((repair for repair in repairs if repair.about is None), None))


def _kept(text: str, repair: Repair) -> str:
    """The text without what is dropped."""
    for pattern in repair.drop:
        for match in reversed(list(pattern.finditer(plain(text)))):
            text = text[: match.start()] + text[match.end() :]
    return text.strip(_LOOSE)


def _applied(draft: str, edits: Iterable[tuple[Span, str]]) -> str:
    """The draft with the edits, each followed by a sign that suits it."""
    whole = draft
    for (start, end), text in sorted(edits, reverse=True):
        rest = whole[end:]
        if _QUESTION.search(text):
            rest = "？" + rest[len(rest) - len(rest.lstrip(_LOOSE)) :] if rest[:1] in _LOOSE else "？" + rest
        elif rest[:1] in {"", "？", "?", "！", "!"}:
            rest = "。" + rest[1:]
        whole = whole[:start] + text + rest
    return whole
