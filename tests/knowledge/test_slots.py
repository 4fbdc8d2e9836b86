"""Phrases with slots, and texts as they are compared with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.slots import plain, slotted


@given(st.text(max_size=60))
def test_what_is_compared_is_as_long_as_what_was_written(text: str) -> None:
    assert len(plain(text)) == len(text)


@pytest.mark.parametrize(
    ("phrase", "text", "fits"),
    [
        ("改…再", "改天有空再说", True),
        ("改…再", "改一改以后有了空闲的时候再说", False),
        ("改…再", "改好了，再说", False),
        ("^(喂|哎)", "你好，喂", True),
        ("^(喂|哎)", "你喂猫", False),
        ("不做$", "这个不做，那个做", True),
        ("不做$", "这个不做了", False),
        ("[^不]行$", "我看行", True),
        ("[^不]行$", "我看不行", False),
    ],
)
def test_a_slot_stays_inside_its_clause_and_edges_are_those_of_clauses(phrase: str, text: str, fits: bool) -> None:
    assert bool(slotted(phrase).search(plain(text))) is fits


@pytest.mark.parametrize("phrase", ["(改", "(改)?", "…"])
def test_a_phrase_that_fits_nothing_or_everything_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match=r"写得不对|空话也对得上"):
        slotted(phrase)
