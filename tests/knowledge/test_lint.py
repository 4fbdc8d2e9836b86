"""The linter of the corpus on faults made for it, and the shipped corpus."""

import pytest

from knowledge.corpus import Text, read_corpus
from knowledge.lint import LEAST, faults, labels
from knowledge.systems import System, Systems
from knowledge.tree import DATA


@pytest.fixture(scope="module")
def system(systems: Systems) -> System:
    """The primary system."""
    return systems["behavior"]


def found(system: System, *texts: Text) -> list[str]:
    """Faults that are not about the spread over the types, which so few texts cannot have."""
    return [fault for fault in faults(texts, system.types) if fault.split(":")[0] not in system.types]


@pytest.mark.parametrize("folder", sorted(path.name for path in (DATA / "corpus").iterdir() if path.is_dir()))
def test_the_shipped_corpora_have_no_fault(folder: str) -> None:
    texts = list(read_corpus(DATA / "corpus" / folder))

    assert list(faults(texts, labels(folder))) == []


def test_different_texts_have_no_fault(system: System) -> None:
    assert found(system, Text("a", "他半天不吭声", ("silent",)), Text("b", "开口就问最低多少", ("bargainer",))) == []


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ([Text("a", "他不吭声", ("silant",))], "no type is called 'silant'"),
        ([Text("a", "他不吭声", ("silent", "silent"))], "two different ones"),
        (
            [Text("a", "他不吭声，一句没有", ("silent",)), Text("b", "他不吭聲 一句沒有", ("silent",))],
            "stands in a too",
        ),
        (
            [
                Text("a", "进门看了一圈什么都没说就走了", ("silent",)),
                Text("b", "进门看了一圈什么都没说就走啦", ("silent",)),
            ],
            "nearly as in a",
        ),
        ([Text("a", "这人就是沉默型", ("silent",))], "says the name of its type (沉默型)"),
    ],
)
def test_a_fault_is_named_with_its_text(system: System, texts: list[Text], words: str) -> None:
    (fault,) = found(system, *texts)

    assert words in fault
    assert texts[-1].text in fault


def test_types_with_too_few_or_only_long_texts_are_named(system: System) -> None:
    long = [
        Text("a", f"{number} 进门以后一直没有说话，问他什么都只是点头，最后站起来走了", ("silent",))
        for number in range(LEAST)
    ]
    told = list(faults(long, system.types))

    assert f"silent: only 0 of {LEAST} texts have 4 to 25 characters" in told
    assert f"picky: only 0 texts, {LEAST} are wanted" in told
    assert any(fault.endswith(f"silent {LEAST}") for fault in told)
