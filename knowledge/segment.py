"""The only file that knows jieba.

A tokenizer of our own on a trimmed dictionary (`data/words.txt`): the full one costs 1.4 s and 76 MB at every start.
"""

import logging
import sys
from functools import cache
from pathlib import Path
from typing import Any, Protocol

WORDS = Path(__file__).parent / "data" / "words.txt"


class Tokenizer(Protocol):
    """What the rest needs of a segmenter."""

    def lcut(self, sentence: str, cut_all: bool = False, HMM: bool = True) -> list[str]:
        """Words in order; joined they are the sentence."""
        ...


def _jieba() -> Any:
    # jieba 0.42.1 imports pkg_resources only to open its own dictionary, which we never do; importing it costs 0.3 s
    # and a deprecation warning. Its fallback for a missing pkg_resources is plain open().
    missing = object()
    before = sys.modules.get("pkg_resources", missing)
    if before is missing:
        sys.modules["pkg_resources"] = None  # type: ignore[assignment]
    try:
        import jieba
    finally:
        if before is missing:
            del sys.modules["pkg_resources"]
    jieba.setLogLevel(logging.WARNING)
    return jieba


@cache
def tokenizer(words: Path = WORDS) -> Tokenizer:
    """A tokenizer on the dictionary at `words` (jieba's format: word, frequency), loaded once per process."""
    module = _jieba()
    own: Any = module.Tokenizer()
    own.FREQ, own.total = own.gen_pfdict(words.open("rb"))
    own.initialized = True
    ours: Tokenizer = own
    return ours


def cut(text: str) -> list[str]:
    """The words of `text` in order; joined they give `text` again."""
    return tokenizer().lcut(text)
