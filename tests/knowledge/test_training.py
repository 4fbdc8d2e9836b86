import math
from collections import Counter
from dataclasses import replace

import pytest

from knowledge.model import loads
from knowledge.training import (
    NAIVE,
    NAIVE_SELDOM,
    SMOOTH,
    Example,
    Tuning,
    digest,
    examples,
    fit,
    grouped,
    trimmed,
)
from tests.small import corpus


def packed(given: list[Example]) -> bytes:
    return fit(given).packed(Tuning(0.7), {})


def test_a_text_of_weight_two_is_as_good_as_two_of_it() -> None:
    once = corpus()[::3]
    heavy, twice = fit(examples(once, weight=2)), fit(examples([*once, *once]))

    assert heavy.weights.keys() == twice.weights.keys()
    gaps = [
        abs(one - other)
        for key, row in heavy.weights.items()
        for one, other in zip(row, twice.weights[key], strict=True)
    ]
    assert max(gaps) < 0.01


def test_weights_of_one_change_nothing() -> None:
    given = examples(corpus())

    assert packed(given) == packed([replace(example, weight=1) for example in given])


def test_without_what_is_too_rare_everywhere_the_fit_of_a_part_is_the_same_to_the_bit() -> None:
    north = [text for text in corpus() if text.voice == "north"]
    given = examples(
        [*corpus(), *(replace(text, text=f"{text.text}，{number}号{number}") for number, text in enumerate(north))]
    )
    less = trimmed(given)

    assert sum(len(example.keys) for example in less) < sum(len(example.keys) for example in given)
    assert packed(less[::2]) == packed(given[::2])


def test_a_corpus_is_recognised_by_its_texts_and_types() -> None:
    texts = corpus()
    other = [replace(texts[0], types=("slow",)), *texts[1:]]

    assert digest(texts) == digest(corpus())
    assert digest(texts) != digest(other)
    assert digest(texts) != digest(texts[1:])


def test_naive_bayes_stands_beside_the_regression() -> None:
    given = examples(corpus())
    alone, both = fit(given, rare=9, naive=False), fit(given, rare=9)
    counts = {label: Counter[str]() for label in both.labels}
    for example in given:
        for type in example.text.types or ("-",):
            counts[type].update({key: 1 / max(1, len(example.text.types)) for key in example.keys})
    totals = {label: sum(counts[label][key] for key in both.weights) for label in both.labels}

    def nats(key: str) -> list[float]:
        share = [
            math.log((counts[label][key] + SMOOTH) / (totals[label] + SMOOTH * len(both.weights)))
            for label in both.labels
        ]
        types = [value for label, value in zip(both.labels, share, strict=True) if label != "-"]
        return [value - sum(types) / len(types) for value in share]

    assert (alone.weights.keys(), alone.bias, alone.seldom) == (both.weights.keys(), both.bias, {})
    for key, row in both.weights.items():
        assert row == pytest.approx([a + NAIVE * b for a, b in zip(alone.weights[key], nats(key), strict=True)])
    assert both.seldom
    for key, row in both.seldom.items():
        assert row == pytest.approx([NAIVE_SELDOM * value for value in nats(key)])


def test_what_is_seldom_is_not_learnt_from_texts_of_more_weight() -> None:
    texts = corpus()
    odd = replace(texts[0], text="囍囍鑫鑫")
    light, heavy = fit(examples([*texts, odd])), fit([*examples(texts), *examples([odd], 2)], rare=5)

    assert "囍" in light.seldom
    assert not {"囍", "囍囍", "鑫鑫"} & {*heavy.seldom, *heavy.weights}


def test_seldom_features_are_in_the_model_file() -> None:
    made = fit(examples(corpus()), rare=9)

    assert loads(made.packed(Tuning(), {})).rows.seldom == len(made.seldom) > 0


def test_voices_are_grouped_each_in_one_group() -> None:
    given = examples(corpus())
    voices = sorted({example.text.voice for example in given})

    assert grouped(given) == [(voice,) for voice in voices]
    assert sorted(voice for group in grouped(given, 2) for voice in group) == voices
    assert len(grouped(given, 2)) == 2
    assert grouped(given, 99) == [(voice,) for voice in voices]
