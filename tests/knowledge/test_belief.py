import math
from pathlib import Path

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.belief import ENOUGH_FROM, LABEL_FROM, Belief, believe
from knowledge.questions import Choice, Question
from knowledge.systems import System, Systems, load_systems

SYSTEM = load_systems()["behavior"]
SAYINGS = [
    (row.split(" ", 1)[0], row.split(" ", 1)[1])
    for row in (Path(__file__).parent / "golden" / "sayings.txt").read_text(encoding="utf-8").splitlines()
    if row and not row.startswith("#")
]
NOTES = [note for _, note in SAYINGS]


@pytest.fixture(scope="module")
def system(systems: Systems) -> System:
    """The primary system."""
    return systems["behavior"]


def believed(*texts: str, answers: tuple[tuple[Question, Choice], ...] = ()) -> Belief:
    return believe(SYSTEM.model, texts, answers, SYSTEM.order)


def answer(question: str, choice: str) -> tuple[Question, Choice]:
    asked = SYSTEM.questions[question]
    found = asked.choice(choice)
    assert found is not None
    return asked, found


answers = st.sampled_from(list(SYSTEM.questions.values())).flatmap(
    lambda question: st.sampled_from(question.choices).map(lambda choice: (question, choice))
)
notes = st.sampled_from(NOTES)
typed = st.text(max_size=60) | st.text("他不没还价砍问嫌贵好说就是但很一再，。怕骗挑毛病话", max_size=50) | notes


@settings(max_examples=80)
@given(st.lists(typed, max_size=3), st.lists(answers, max_size=4))
def test_the_probabilities_of_all_types_sum_to_one(texts: list[str], given: list[tuple[Question, Choice]]) -> None:
    belief = believed(*texts, answers=tuple(given))

    assert set(belief.p) == set(SYSTEM.types)
    assert sum(belief.p.values()) == pytest.approx(1)
    assert all(0 <= p <= 1 for p in belief.p.values())
    assert list(belief.p.values()) == sorted(belief.p.values(), reverse=True)


@settings(max_examples=80)
@given(st.lists(typed, max_size=3))
def test_every_span_is_the_reps_own_words(texts: list[str]) -> None:
    for piece in believed(*texts).evidence:
        assert texts[piece.source][piece.start : piece.end] == piece.term
        assert piece.term
        assert set(piece.weights) == set(SYSTEM.types)
        assert sum(piece.weights.values()) == pytest.approx(0, abs=1e-6)


def test_spans_of_traditional_text_are_the_typed_characters() -> None:
    text = "他嫌價錢貴，一直殺價，還要贈品"

    assert [text[piece.start : piece.end] for piece in believed(text).evidence] == [
        piece.term for piece in believed(text).evidence
    ]
    assert any("價" in piece.term for piece in believed(text).shown(3))


@pytest.mark.parametrize("note", NOTES)
def test_saying_it_twice_changes_nothing(note: str) -> None:
    once = believed(note).p
    apart = believed(note, note).p
    together = believed(f"{note}\n{note}").p

    assert apart == pytest.approx(once)
    assert together == pytest.approx(once)


@pytest.mark.parametrize("note", NOTES)
def test_without_any_of_the_three_strongest_shown_words_the_label_is_less_likely(note: str) -> None:
    belief = believed(note)
    shown = belief.shown(3)

    assert shown
    for piece in shown:
        assert believed(note[: piece.start] + note[piece.end :]).p[belief.top] < belief.sure


def test_without_a_shown_answer_the_label_is_less_likely() -> None:
    given = answer("talk_share", "rep")
    belief = believed("他话不多", answers=(given,))
    piece = next(piece for piece in belief.shown(9) if piece.question)

    assert belief.without(piece) == pytest.approx(believed("他话不多").p[belief.top])
    assert belief.without(piece) < belief.sure


@pytest.mark.parametrize(("type", "note"), SAYINGS)
def test_the_notes_are_heard_and_the_type_is_among_the_first_three(type: str, note: str) -> None:
    belief = believed(note)

    assert belief.speaks
    assert type in belief.ranked[:3]


def test_most_of_the_notes_are_judged_right() -> None:
    right = sum(believed(note).top == type for type, note in SAYINGS)

    assert right >= 0.85 * len(SAYINGS)


def test_traditional_and_simplified_are_judged_alike() -> None:
    converter = opencc.OpenCC("s2tw")
    differing = [note for note in NOTES if believed(converter.convert(note)).top != believed(note).top]

    assert differing == []


DENIED = [
    ("bargainer", "他一直还价，要抹零头", "他不还价，也不抹零头"),
    ("bargainer", "他老是砍价", "他没怎么砍价"),
    ("bargainer", "价格砍得厉害，总要折扣", "价格没怎么砍，也没要折扣"),
    ("complaining", "他一直抱怨以前的厂家", "他从不抱怨以前的厂家"),
    ("irritable", "他脾气急，爱发火拍桌子", "他脾气不急，没发火也没拍桌子"),
    ("picky", "他老挑毛病，嫌这嫌那", "他不挑毛病，也没嫌什么"),
    ("hesitant", "他很犹豫，拿不定主意", "他一点不犹豫，没有拿不定主意"),
    ("talkative", "他话很多，东拉西扯", "他话不多，不会东拉西扯"),
    ("boastful", "他爱吹牛，炫耀认识领导", "他从不吹牛，也不炫耀认识谁"),
    ("inquisitive", "他问题很多，问个不停", "他没什么问题，也不多问"),
    ("sensitive", "他疑心重，总怕被骗", "他没有疑心，也不怕被骗"),
    ("contrarian", "我说什么他都反驳抬杠", "我说什么他都不反驳，也不抬杠"),
    ("analytical", "他要数据要检测报告，算得很细", "他不要数据，也不看检测报告"),
    ("refusing", "他不听我介绍，直接拒绝", "他没有拒绝，也没有不听"),
    ("decisive", "他当场就拍板", "他没有当场拍板"),
]


@pytest.mark.parametrize(("type", "said", "denied"), DENIED)
def test_a_denied_behaviour_speaks_against_its_type(type: str, said: str, denied: str) -> None:
    assert believed(denied).p[type] < believed(said).p[type]


def test_most_denied_behaviours_leave_another_type_in_front() -> None:
    kept = [denied for type, _, denied in DENIED if believed(denied).top == type]

    assert len(kept) <= 4, kept


def test_a_contrast_counts_for_what_follows_it() -> None:
    belief = believed("价格倒没怎么问，就是问题一个接一个，怎么装怎么保养都要问清楚")

    assert belief.top == "inquisitive"
    assert belief.p["bargainer"] < 0.1


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "。。。",
        "姓王，四十来岁，开一家五金店",
        "地址在人民路12号，电话还没留",
        "周三下午两点见面",
        "今天下雨",
        "13800000000",
        "hello world",
        "😀😀",
    ],
)
def test_without_evidence_there_is_not_enough(text: str) -> None:
    belief = believed(text)

    assert not belief.speaks
    assert not belief.enough


def test_without_a_known_word_all_types_are_alike() -> None:
    belief = believed("\u3000")

    assert belief.sure == pytest.approx(1 / len(SYSTEM.types))
    assert belief.evidence == ()
    assert belief.shown(3) == belief.opposed(3) == ()


def test_an_answer_alone_can_be_enough() -> None:
    many = tuple(answer(id, SYSTEM.questions[id].choices[0].id) for id in list(SYSTEM.questions)[:1])
    belief = believed("", answers=many)

    assert not belief.speaks
    assert belief.answered == 1
    assert belief.clear == (belief.sure >= LABEL_FROM)
    assert belief.enough == (belief.sure >= ENOUGH_FROM)


@settings(max_examples=50)
@given(typed, st.lists(answers, min_size=1, max_size=4))
def test_answers_multiply(text: str, given: list[tuple[Question, Choice]]) -> None:
    before = believed(text)
    after = believed(text, answers=tuple(given))

    product = {type: p * math.prod(choice.likelihood[type] for _, choice in given) for type, p in before.p.items()}
    total = sum(product.values())
    assert after.p == pytest.approx({type: value / total for type, value in product.items()}, rel=1e-6, abs=1e-12)


@settings(max_examples=50)
@given(st.lists(notes, min_size=2, max_size=3, unique=True), st.lists(answers, max_size=3), st.randoms())
def test_the_order_of_texts_and_answers_does_not_matter(
    texts: list[str], given: list[tuple[Question, Choice]], chance: st.random_module
) -> None:
    before = believed(*texts, answers=tuple(given))
    chance.shuffle(texts)  # type: ignore[attr-defined]
    chance.shuffle(given)  # type: ignore[attr-defined]

    assert believed(*texts, answers=tuple(given)).p == pytest.approx(before.p)


def test_an_answer_is_evidence_with_its_question() -> None:
    belief = believed("他话不多", answers=(answer("talk_share", "rep"),))
    piece = next(piece for piece in belief.evidence if piece.question)

    assert piece.question == "talk_share"
    assert piece.term == "基本我一个人在讲"
    assert piece.weights["silent"] > 0 > piece.weights["talkative"]


def test_what_is_shown_speaks_for_the_label_and_what_is_opposed_against_it() -> None:
    for note in NOTES:
        belief = believed(note)
        assert all(piece.weights[belief.top] > 0 for piece in belief.shown(9))
        assert all(piece.weights[belief.top] < 0 for piece in belief.opposed(9))
        weights = [piece.weights[belief.top] for piece in belief.shown(9)]
        assert weights == sorted(weights, reverse=True)
        assert all(belief.without(piece) > belief.sure for piece in belief.opposed(9))


def test_words_said_at_two_places_are_credited_at_both() -> None:
    belief = believed("他一直砍价，后来又一直砍价")
    weights = [piece.weights["bargainer"] for piece in belief.evidence if "砍价" in piece.term]

    assert len(weights) == 2
    assert min(weights) > 0.1


def test_a_clause_weighs_what_its_type_would_lose_without_it() -> None:
    text = "进门绕了一圈，一直砍价，零头也要抹"
    belief = believed(text)

    looked, bargained, rounded = (piece.weights["bargainer"] for piece in belief.weigh(0, ((0, 6), (7, 11), (12, 17))))

    assert bargained > looked
    assert rounded > looked
    assert believed(text[:7] + text[12:]).p["bargainer"] < belief.p["bargainer"]


def test_clauses_that_say_the_same_share_its_weight() -> None:
    once = believed("他一直砍价").weigh(0, ((0, 5),))[0].weights["bargainer"]
    twice = [piece.weights["bargainer"] for piece in believed("他一直砍价，他一直砍价").weigh(0, ((0, 5), (6, 11)))]

    assert twice[0] == pytest.approx(twice[1])
    assert 0 < twice[0] < once


def test_a_clause_said_in_an_earlier_text_weighs_nothing_in_a_later_one() -> None:
    (later,) = believed("他一直砍价", "他一直砍价").weigh(1, ((0, 5),))

    assert later.weights["bargainer"] == 0


def test_a_text_that_says_nothing_has_no_clauses_that_weigh() -> None:
    assert believed("昨天在店门口碰上一位客户", "他就坐着听，一句评价也没有").weigh(0, ((0, 12),)) == ()


def test_a_second_text_adds_to_the_first() -> None:
    first = believed("开口就问最低多少")
    both = believed("开口就问最低多少", "砍完还要赠品，零头也要抹")

    assert both.p["bargainer"] > first.p["bargainer"]
    assert {piece.source for piece in both.evidence} == {0, 1}


def test_only_the_asked_types_are_weighed(system: System) -> None:
    belief = believe(system.model, ["他一直砍价"], types=("silent", "bargainer"))

    assert belief.ranked == ("bargainer", "silent")
    assert sum(belief.p.values()) == pytest.approx(1)


def test_a_text_that_says_nothing_does_not_water_down_another() -> None:
    told = believed("他就坐着听，一句评价也没有")
    with_more = believed("昨天在店门口碰上一位客户", "他就坐着听，一句评价也没有")

    assert with_more.p == pytest.approx(told.p)
    assert {piece.source for piece in with_more.evidence} == {1}
