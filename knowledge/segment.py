"""The only file that knows jieba.

jieba's algorithm in Rust (rjieba) where its wheel is installed, jieba itself elsewhere: the same words, as a test says,
at a thirtieth of the time. Either way on a trimmed dictionary (`data/words.txt`): the whole one costs 76 MB and 1.4 s
at every start.
"""

import logging
import sys
from collections.abc import Callable
from functools import cache
from importlib.machinery import ExtensionFileLoader, PathFinder
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any, Protocol

WORDS = Path(__file__).parent / "data" / "words.txt"

Cut = Callable[[str], list[str]]


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


def _rjieba() -> Any:
    """Rjieba's extension module without its package, which loads the full dictionary when it is imported.

    None where it is not installed.
    """
    package = PathFinder.find_spec("rjieba")
    for folder in (package.submodule_search_locations or ()) if package else ():
        for file in Path(folder).glob("rjieba.*.so"):
            spec = spec_from_loader("rjieba.rjieba", ExtensionFileLoader("rjieba.rjieba", str(file)))
            if spec is not None and spec.loader is not None:
                module = module_from_spec(spec)
                spec.loader.exec_module(module)
                return module
    return None


@cache
def fast_tokenizer(words: Path = WORDS) -> Cut | None:
    """The cut of rjieba on the dictionary at `words`; None where rjieba is not installed."""
    module = _rjieba()
    if module is None:
        return None
    made = module.Jieba.empty()
    for line in words.read_text(encoding="utf-8").splitlines():
        word, frequency = line.split(" ")[:2]
        made.add_word(word, int(frequency), None)
    own: Cut = made.cut
    return own


@cache
def _cut() -> Cut:
    return fast_tokenizer() or tokenizer().lcut


def cut(text: str) -> list[str]:
    """The words of `text` in order; joined they give `text` again."""
    return _cut()(text)
