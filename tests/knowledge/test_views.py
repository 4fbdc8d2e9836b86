"""The documents' own names for behaviours."""

import pytest

from knowledge.belief import believe
from knowledge.systems import load_systems
from knowledge.views import load_views, seen

SYSTEM = load_systems()["behavior"]
VIEWS = load_views(SYSTEM)


def test_the_documents_lists_have_their_lengths() -> None:
    assert sorted(len(view.names) for view in VIEWS.values()) == [6, 10, 10, 12, 13]


@pytest.mark.parametrize("view", VIEWS.values(), ids=lambda view: view.id)
def test_the_same_belief_is_said_in_other_names(view) -> None:
    other = seen(SYSTEM, view)
    text = "开口就问最低多少，零头也要抹"

    assert believe(other.model, [text], types=other.order).p == believe(SYSTEM.model, [text], types=SYSTEM.order).p
    for id, zh in view.names.items():
        assert other.type(id).zh == zh
        assert other.type(id).card is SYSTEM.type(id).card


@pytest.mark.parametrize("view", VIEWS.values(), ids=lambda view: view.id)
def test_a_type_keeps_its_own_name_as_another_one(view) -> None:
    other = seen(SYSTEM, view)

    for id in view.names:
        assert SYSTEM.type(id).zh in other.type(id).aliases
