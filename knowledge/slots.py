"""Phrases with slots, as the knowledge files write them, and texts as they are compared with them.

`(甲|乙)` is either, `字?` may be missing, `…` is a slot of up to seven characters inside a clause, `^` and `$` are the
edges of a clause. Everything is compared in the text of `plain`, which is as long as the text that was written.
"""

import re
from collections.abc import Iterable, Iterator

from knowledge.features import Span
from knowledge.text import comparable

ENDS = "，。！？；,.!?;\n~ ：:"  # what parts clauses
_SIGNS = {
    "…": "[^，。！？；,.!?;\n~：:]{0,7}?",
    "^": f"(?:(?<=[{ENDS}])|\\A)",
    "$": f"(?=[{ENDS}]|\\Z)",
}
_YOU = str.maketrans("您妳", "你你")


def plain(text: str) -> str:
    """What is compared: simplified, half width, lower case, and one word for you; same length as `text`."""
    return comparable(text).translate(_YOU)


def slotted(text: str) -> re.Pattern[str]:
    """A phrase with slots as a pattern for a text of `plain`.

    Raises:
        ValueError: it is not well formed, or an empty text fits it.
    """
    parts = re.split(r"(\[[^]]*\])", text)  # in brackets ^ is a negation
    try:
        pattern = re.compile(
            "".join(part if part[:1] == "[" else re.sub("[…^$]", lambda sign: _SIGNS[sign[0]], part) for part in parts)
        )
    except re.error as fault:
        raise ValueError(f"写得不对（{fault}）") from fault
    if pattern.search(""):
        raise ValueError("空话也对得上，会误伤")
    return pattern


def places(patterns: Iterable[re.Pattern[str]], told: str) -> Iterator[Span]:
    """Everywhere that one of the patterns stands."""
    for pattern in patterns:
        for match in pattern.finditer(told):
            yield match.span()
