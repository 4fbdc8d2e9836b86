"""The trimmed dictionary against jieba's own, on sentences that reps could have typed."""

import sys
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

import pytest

from knowledge.segment import WORDS, Tokenizer, cut, tokenizer

GOLDEN = Path(__file__).parent / "golden" / "segments.txt"


def rows(heading: str) -> list[list[str]]:
    """The cuts below a heading of the golden file."""
    _, _, rest = GOLDEN.read_text(encoding="utf-8").partition(f"## {heading}\n")
    part, _, _ = rest.partition("\n## ")
    return [line.split("/") for line in part.splitlines() if line]


@pytest.fixture(scope="module")
def whole() -> Iterator[Tokenizer]:
    """A tokenizer on jieba's full dictionary."""
    tokenizer()  # imports jieba the way that we do
    yield tokenizer(Path(sys.modules["jieba"].__file__ or "").parent / "dict.txt")
    tokenizer.cache_clear()


def ends(words: list[str]) -> set[int]:
    return set(accumulate(map(len, words)))


def test_the_golden_file_holds_sixty_sentences() -> None:
    assert len(rows("alike")) + len(rows("finer")) >= 60


@pytest.mark.parametrize("words", rows("alike"), ids="".join)
def test_the_trimmed_dictionary_cuts_as_reviewed(words: list[str]) -> None:
    assert cut("".join(words)) == words


def test_the_full_dictionary_cuts_the_same(whole: Tokenizer) -> None:
    differing = {"".join(words): whole.lcut("".join(words)) for words in rows("alike")}

    assert differing == {"".join(words): words for words in rows("alike")}


def test_where_a_rare_word_was_trimmed_it_is_only_cut_finer(whole: Tokenizer) -> None:
    for words in rows("finer"):
        sentence = "".join(words)

        assert whole.lcut(sentence) == words
        assert ends(words) <= ends(cut(sentence))


def test_the_trimmed_dictionary_is_the_smaller_part() -> None:
    ours = WORDS.read_text(encoding="utf-8").count("\n")

    assert 50_000 <= ours <= 70_000


def test_importing_jieba_leaves_no_trace_of_the_missing_module() -> None:
    cut("先导入一次")

    assert sys.modules.get("pkg_resources", "absent") is not None


def test_the_global_tokenizer_of_jieba_is_not_touched() -> None:
    cut("先导入一次")

    assert not sys.modules["jieba"].dt.initialized
