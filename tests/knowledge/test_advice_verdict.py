from collections.abc import Mapping

import pytest

from knowledge.advice import CLOSE, NAMED, verdict
from knowledge.belief import Belief
from knowledge.systems import System, Systems


@pytest.fixture(scope="module")
def system(systems: Systems) -> System:
    """The primary system."""
    return systems["behavior"]


def believed(system: System, chances: Mapping[str, float]) -> Belief:
    """A belief with some probabilities; the other types share the rest."""
    others = [id for id in system.order if id not in chances]
    rest = (1 - sum(chances.values())) / len(others)
    p = {**chances, **dict.fromkeys(others, rest)}
    return Belief(p=dict(sorted(p.items(), key=lambda item: (-item[1], item[0]))), speaks=True)


def test_a_runner_up_close_behind_is_a_rival(system: System) -> None:
    told = verdict(believed(system, {"bargainer": 0.5, "shrewd": 0.5 * CLOSE}), system)

    assert told.kind.id == "bargainer"
    assert told.rival is not None
    assert told.rival.id == "shrewd"
    assert told.both


def test_a_runner_up_far_behind_is_no_rival(system: System) -> None:
    told = verdict(believed(system, {"bargainer": 0.7, "shrewd": 0.7 * CLOSE - 0.01}), system)

    assert told.rival is None
    assert told.both == ""


def test_the_tell_is_about_the_two_leading_types(system: System) -> None:
    told = verdict(believed(system, {"bargainer": 0.6, "shrewd": 0.2}), system)
    near = system.type("bargainer").neighbour("shrewd")

    assert near is not None
    assert told.tell == near.tell


def test_the_tell_may_stand_in_the_file_of_the_runner_up(system: System) -> None:
    pairs = [
        (kind, system.type(near.id))
        for kind in system.types.values()
        for near in kind.neighbours
        if system.type(near.id).neighbour(kind.id) is None
    ]
    assert pairs

    for kind, other in pairs:
        told = verdict(believed(system, {other.id: 0.6, kind.id: 0.3}), system)
        near = kind.neighbour(other.id)
        assert near is not None
        assert told.tell == near.tell


def test_without_a_neighbour_in_second_place_the_nearest_type_is_told_apart(system: System) -> None:
    told = verdict(believed(system, {"bargainer": 0.6, "silent": 0.3}), system)

    assert told.tell == system.type("bargainer").neighbours[0].tell
    assert told.rival is not None
    assert told.both == ""


def test_every_type_has_something_that_would_overturn_it(system: System) -> None:
    for id in system.order:
        second = next(other for other in system.order if other != id)
        assert verdict(believed(system, {id: 0.7, second: 0.1}), system).tell, id


def test_only_types_worth_naming_are_named(system: System) -> None:
    told = verdict(believed(system, {"bargainer": 0.6, "shrewd": 0.2, "picky": NAMED, "silent": 0.04}), system)

    assert [(kind.id, p) for kind, p in told.others] == [("shrewd", 0.2), ("picky", NAMED)]


def test_at_most_three_others_are_named(system: System) -> None:
    chances = {"bargainer": 0.3, "shrewd": 0.2, "picky": 0.15, "silent": 0.14, "tricky": 0.13}

    assert len(verdict(believed(system, chances), system).others) == 3
