from pathlib import Path

import pytest

from knowledge.corpus import Text, read_corpus
from knowledge.model import NOTHING
from knowledge.systems import Systems
from knowledge.tree import DATA


def test_texts_stand_below_their_types(tmp_path: Path) -> None:
    (tmp_path / "shop.txt").write_text(
        "# about the voice\n## silent\n他不吭声\n\n## picky + tricky\n故意挑刺\n## -\n姓王\n", encoding="utf-8"
    )

    texts = list(read_corpus(tmp_path))

    assert texts == [
        Text("shop", "他不吭声", ("silent",)),
        Text("shop", "故意挑刺", ("picky", "tricky")),
        Text("shop", "姓王", ()),
    ]
    assert [text.label for text in texts] == ["silent", "picky", NOTHING]


def test_a_text_before_the_first_heading_is_refused_by_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "shop.txt").write_text("# about\n他不吭声\n", encoding="utf-8")

    with pytest.raises(ValueError, match=r"shop\.txt:2"):
        list(read_corpus(tmp_path))


def test_every_shipped_text_names_known_types_and_every_type_has_texts(systems: Systems) -> None:
    known = set(systems["behavior"].types)
    texts = list(read_corpus(DATA / "corpus" / "behavior"))

    assert {type for text in texts for type in text.types} == known
    assert any(not text.types for text in texts)
