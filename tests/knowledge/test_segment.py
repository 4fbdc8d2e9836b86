"""The trimmed dictionary against jieba's own, on sentences that reps could have typed."""

import re
import sys
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

import pytest

from knowledge.corpus import read_corpus
from knowledge.segment import WORDS, Tokenizer, cut, fast_tokenizer, tokenizer
from knowledge.text import comparable
from knowledge.tree import DATA

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


def test_jieba_itself_and_its_rust_twin_give_the_same_words() -> None:
    """Every text of the corpus, but for product codes with a hyphen, which only jieba splits."""
    fast, slow = fast_tokenizer(), tokenizer().lcut
    assert fast is not None
    texts = [comparable(text.text) for text in read_corpus(DATA / "corpus" / "behavior")][::9]
    plain = [text for text in texts if not re.search(r"[a-z0-9][-_.+#&%][a-z0-9]", text)]

    assert len(plain) > 500
    assert {text: fast(text) for text in plain} == {text: slow(text) for text in plain}


def test_without_rust_jieba_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.machinery.PathFinder.find_spec", lambda _: None)
    fast_tokenizer.cache_clear()

    assert fast_tokenizer() is None
    fast_tokenizer.cache_clear()


def test_the_trimmed_dictionary_is_the_smaller_part() -> None:
    ours = WORDS.read_text(encoding="utf-8").count("\n")

    assert 50_000 <= ours <= 70_000


def test_importing_jieba_leaves_no_trace_of_the_missing_module() -> None:
    tokenizer()

    assert sys.modules.get("pkg_resources", "absent") is not None


def test_the_global_tokenizer_of_jieba_is_not_touched() -> None:
    tokenizer()

    assert not sys.modules["jieba"].dt.initialized
