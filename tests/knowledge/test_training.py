from dataclasses import replace

from knowledge.training import Example, Tuning, digest, examples, fit, trimmed
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
