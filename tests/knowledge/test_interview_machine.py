import json
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.interview import (
    MOST_QUESTIONS,
    OPEN,
    SURE_TEXT,
    TABLE,
    Ask,
    Back,
    Chose,
    Conclude,
    Ended,
    Event,
    Interview,
    More,
    Phase,
    Reason,
    Refused,
    Revise,
    Said,
    Skip,
    Stop,
    Turn,
    asked,
    begin,
    belief,
    dump,
    further,
    restore,
    show,
    step,
)
from knowledge.systems import System, Systems, load_systems

VAGUE = "姓王，四十来岁，开一家五金店"
CLEAR = "一进门就砍价，价格压到底还要抹零头，拿隔壁低价压我，不打折不肯签"
SYSTEM = load_systems()["behavior"]  # for the property tests, which take no fixtures
EVENTS: tuple[type, ...] = (Said, Chose, Skip, Back, Revise, More, Stop)


@pytest.fixture(scope="module")
def system(systems: Systems) -> System:
    """The primary system."""
    return systems["behavior"]


def walked(system: System, *events: Event) -> Interview:
    """A new interview after `events`, none of which may be refused."""
    interview, _ = begin(system)
    for event in events:
        interview, effect = step(interview, event, system)
        assert not isinstance(effect, Refused), (event, effect)
    return interview


def tap(interview: Interview, system: System, at: int = 0) -> Chose:
    """A tap on a choice of the question that waits."""
    question = system.questions[interview.asking or ""]
    return Chose(question.id, question.choices[at % len(question.choices)].id)


def in_phase(phase: Phase, system: System) -> Interview:
    """An interview with something to take back, in a phase."""
    asking = walked(system, Said(VAGUE))
    asking = step(asking, tap(asking, system), system)[0]
    match phase:
        case Phase.OPEN:
            return step(asking, Revise(0), system)[0]
        case Phase.ASKING:
            return asking
        case Phase.RESULT:
            return step(asking, Stop(), system)[0]
        case Phase.STOPPED:
            return step(step(asking, Stop(), system)[0], Stop(), system)[0]


def fitting(event: type, interview: Interview, system: System) -> Event:
    """An event of a kind that fits the state as well as it can."""
    if event is Said:
        return Said("问什么都不吭声")
    if event is Chose:
        return tap(interview, system) if interview.asking in system.questions else Chose("talk_share", "rep")
    return Revise(0) if event is Revise else event()


# phase, then for each event of EVENTS where it may lead
EXPECTED = {
    Phase.OPEN: {
        Said: {Phase.ASKING, Phase.RESULT},
        Chose: None,
        Skip: {Phase.ASKING},
        Back: {Phase.ASKING},
        Revise: {Phase.ASKING},
        More: None,
        Stop: {Phase.RESULT},
    },
    Phase.ASKING: {
        Said: {Phase.ASKING, Phase.RESULT},
        Chose: {Phase.ASKING, Phase.RESULT},
        Skip: {Phase.ASKING, Phase.RESULT},
        Back: {Phase.ASKING, Phase.OPEN},
        Revise: {Phase.OPEN},
        More: None,
        Stop: {Phase.RESULT},
    },
    Phase.RESULT: {
        Said: {Phase.ASKING, Phase.RESULT},
        Chose: None,
        Skip: None,
        Back: {Phase.ASKING},
        Revise: {Phase.OPEN},
        More: {Phase.ASKING},
        Stop: {Phase.STOPPED},
    },
    Phase.STOPPED: dict.fromkeys(EVENTS),
}


def test_every_phase_answers_every_event_as_the_table_says(system: System) -> None:
    for phase, row in EXPECTED.items():
        for event, leads_to in row.items():
            before = in_phase(phase, system)
            after, effect = step(before, fitting(event, before, system), system)
            print(f"{phase.value:8} {event.__name__:7} → {after.phase.value:8} {type(effect).__name__}")  # noqa: T201 - the table

            assert before.phase is phase
            assert (event in TABLE[phase]) == (leads_to is not None)
            if leads_to is None:
                assert isinstance(effect, Refused)
                assert after == before
            else:
                assert not isinstance(effect, Refused)
                assert after.phase in leads_to


def test_every_transition_of_the_table_is_reached_by_walking(system: System) -> None:
    reached: set[tuple[Phase, type]] = set()
    seeded = random.Random(7)
    for _ in range(150):
        interview, _ = begin(system)
        for _ in range(12):
            event = fitting(seeded.choice(EVENTS), interview, system)
            after, effect = step(interview, event, system)
            if not isinstance(effect, Refused):
                reached.add((interview.phase, type(event)))
            interview = after

    assert reached == {(phase, event) for phase, row in TABLE.items() for event in row}


texts = st.sampled_from([VAGUE, CLEAR, "他话很少", "1", "2", "", "   ", "好", "问题一个接一个", "说" * 2001])
moves = st.one_of(
    texts.map(lambda text: ("say", text)),
    st.integers(0, 4).map(lambda at: ("tap", at)),
    st.sampled_from([("event", event) for event in (Skip(), Back(), More(), Stop())]),
    st.integers(-1, 4).map(lambda turn: ("event", Revise(turn))),
    st.sampled_from([("event", Chose("talk_share", "rep")), ("event", Chose(OPEN, "x")), ("stale", 0)]),
)


def event_of(move: tuple[str, object], interview: Interview) -> Event:
    """The event of a generated move in a state."""
    match move:
        case ("say", str(text)):
            return Said(text)
        case ("tap", int(at)) if interview.asking in SYSTEM.questions:
            return tap(interview, SYSTEM, at)
        case ("event", Chose() | Skip() | Back() | More() | Stop() | Revise() as event):
            return event
    return Chose("no_such_question", "no_such_choice")


@settings(max_examples=60)
@given(st.lists(moves, max_size=14))
def test_whatever_happens_the_state_stays_sound(happening: list[tuple[str, object]]) -> None:
    interview, _ = begin(SYSTEM)
    for move in happening:
        before = interview
        interview, effect = step(before, event_of(move, before), SYSTEM)

        if isinstance(effect, Refused):
            assert interview == before
        assert asked(interview) <= MOST_QUESTIONS
        topics = [SYSTEM.questions[turn.question].topic for turn in interview.turns if turn.question != OPEN]
        assert len(topics) == len(set(topics)), "asked twice"
        assert (interview.asking is None) == (interview.phase in (Phase.RESULT, Phase.STOPPED))
        assert restore(json.loads(json.dumps(dump(interview))), SYSTEM) == interview
        told = belief(interview, SYSTEM)
        assert sum(told.p.values()) == pytest.approx(1)
        if interview.phase is Phase.RESULT:
            refused = isinstance(step(interview, More(), SYSTEM)[1], Refused)
            assert (further(interview, told, SYSTEM) is None) == refused


@settings(max_examples=30)
@given(st.lists(st.integers(0, 5), min_size=20, max_size=20))
def test_at_most_six_questions_whatever_is_answered(answers: list[int]) -> None:
    interview, effect = step(begin(SYSTEM)[0], Said(VAGUE), SYSTEM)
    number = 0
    for answer in answers:
        if not isinstance(effect, Ask):
            break
        number += 1
        assert effect.number == number
        event = Skip() if answer == 5 else tap(interview, SYSTEM, answer)
        interview, effect = step(interview, event, SYSTEM)

    assert number <= MOST_QUESTIONS
    assert isinstance(effect, Conclude)


@settings(max_examples=30)
@given(st.lists(st.integers(0, 5), max_size=6))
def test_back_returns_exactly_the_state_before(answers: list[int]) -> None:
    interview = step(begin(SYSTEM)[0], Said(VAGUE), SYSTEM)[0]
    for answer in answers:
        if interview.phase is not Phase.ASKING:
            break
        before = interview
        event = Skip() if answer == 5 else tap(before, SYSTEM, answer)
        interview = step(before, event, SYSTEM)[0]
        back, effect = step(interview, Back(), SYSTEM)

        assert back == before
        assert effect == show(before, SYSTEM)


def test_back_from_the_first_question_returns_to_the_open_one(system: System) -> None:
    back = walked(system, Said(VAGUE), Back())

    assert back == begin(system)[0]


def test_there_is_nothing_to_take_back_at_the_beginning(system: System) -> None:
    start, _ = begin(system)

    assert step(start, Back(), system) == (start, Refused(Reason.NOTHING_TO_TAKE_BACK))


@pytest.mark.parametrize("turn", [-1, 2, 99])
def test_a_turn_that_never_was_cannot_be_revised(system: System, turn: int) -> None:
    before = in_phase(Phase.ASKING, system)

    assert step(before, Revise(turn), system) == (before, Refused(Reason.NOTHING_TO_TAKE_BACK))


def test_revising_an_answer_keeps_all_the_others(system: System) -> None:
    first = walked(system, Said(VAGUE))
    second = step(first, tap(first, system, 1), system)[0]
    third = step(second, tap(second, system, 1), system)[0]

    revised, _ = step(third, Revise(1), system)

    assert revised.asking == first.asking
    assert revised.turns == (third.turns[0], *third.turns[2:])


def test_skipping_costs_no_certainty(system: System) -> None:
    before = walked(system, Said("他一直说再想想"))
    after, _ = step(before, Skip(), system)

    assert belief(after, system).p == belief(before, system).p
    assert belief(after, system).evidence == belief(before, system).evidence


def test_a_skipped_topic_is_not_asked_again(system: System) -> None:
    interview = walked(system, Said(VAGUE))
    topics = []
    while interview.asking in system.questions:
        topics.append(system.questions[interview.asking or ""].topic)
        interview = step(interview, Skip(), system)[0]

    assert len(topics) == len(set(topics)) == MOST_QUESTIONS


def test_words_that_leave_no_doubt_end_at_once(system: System) -> None:
    interview, effect = step(begin(system)[0], Said(CLEAR), system)

    assert isinstance(effect, Conclude)
    assert effect.belief.top == "bargainer"
    assert effect.belief.sure >= SURE_TEXT
    assert asked(interview) == 0


def test_words_about_nothing_are_followed_by_a_question(system: System) -> None:
    interview, effect = step(begin(system)[0], Said(VAGUE), system)

    assert isinstance(effect, Ask)
    assert effect.number == 1
    assert not effect.belief.speaks
    assert interview.phase is Phase.ASKING


@pytest.mark.parametrize("form", ["{zh}", " {zh}。", "{number}", "{number}、", "{number}."])
def test_a_typed_choice_counts_as_the_tapped_one(system: System, form: str) -> None:
    before = walked(system, Said(VAGUE))
    question = system.questions[before.asking or ""]
    typed = form.format(zh=question.choices[1].zh, number=2)

    assert step(before, Said(typed), system) == step(before, tap(before, system, 1), system)


def test_a_number_without_a_choice_is_kept_as_words(system: System) -> None:
    before = walked(system, Said(VAGUE))
    after, _ = step(before, Said("9"), system)

    assert after.turns[-1] == Turn(before.asking or "", text="9")


def test_an_answer_in_own_words_speaks_like_the_description(system: System) -> None:
    before = walked(system, Said(VAGUE))
    after, _ = step(before, Said("他一直砍价，要抹零头"), system)

    assert belief(after, system).top == "bargainer"
    assert after.turns[-1].text == "他一直砍价，要抹零头"


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (Said("  \n"), Reason.EMPTY),
        (Said("说" * 2001), Reason.TOO_LONG),
        (Chose("another_question", "yes"), Reason.NOT_ASKED),
        (More(), Reason.NOT_ASKED),
    ],
)
def test_what_does_not_fit_is_refused_with_a_reason(system: System, event: Event, reason: Reason) -> None:
    before = in_phase(Phase.ASKING, system)

    assert step(before, event, system) == (before, Refused(reason))


def test_a_choice_that_the_question_does_not_have_is_refused(system: System) -> None:
    before = in_phase(Phase.ASKING, system)

    refused = step(before, Chose(before.asking or "", "no_such_choice"), system)

    assert refused == (before, Refused(Reason.NO_SUCH_CHOICE))


def test_after_a_stop_everything_is_refused_as_ended(system: System) -> None:
    stopped = in_phase(Phase.STOPPED, system)

    for event in EVENTS:
        assert step(stopped, fitting(event, stopped, system), system) == (stopped, Refused(Reason.ENDED))
    assert show(stopped, system) == Ended()


def test_a_stop_before_anything_was_said_ends_without_a_result(system: System) -> None:
    after, effect = step(begin(system)[0], Stop(), system)

    assert after.phase is Phase.STOPPED
    assert effect == Ended()


def test_a_stop_after_a_hint_shows_what_there_is(system: System) -> None:
    asking = replace(walked(system, Said(VAGUE)), turns=(Turn(OPEN, text="他一直砍价"),))

    after, effect = step(asking, Stop(), system)

    assert after.phase is Phase.RESULT
    assert isinstance(effect, Conclude)
    assert effect.belief.top == "bargainer"


def answered_like(type: str, system: System) -> Interview:
    """An interview in which every question is answered as is likeliest for a type."""
    interview = walked(system, Said(VAGUE))
    while interview.phase is Phase.ASKING:
        question = system.questions[interview.asking or ""]
        best = max(question.choices, key=lambda choice: choice.likelihood[type])
        interview = step(interview, Chose(question.id, best.id), system)[0]
    return interview


def test_answers_typical_of_a_type_lead_to_it(system: System) -> None:
    reached = {type: belief(answered_like(type, system), system).ranked[:3] for type in system.order}

    assert all(type in leading for type, leading in reached.items())
    assert sum(leading[0] == type for type, leading in reached.items()) >= 23


def test_more_asks_at_least_one_further_question(system: System) -> None:
    result = answered_like("silent", system)
    more, effect = step(result, More(), system)

    assert isinstance(effect, Ask)
    assert effect.number == asked(result) + 1
    assert more.wanted_more == asked(result) + 1
    assert more.turns == result.turns


def test_more_is_refused_when_no_question_would_tell_anything(system: System) -> None:
    result = walked(system, Said(CLEAR))

    assert step(result, More(), system) == (result, Refused(Reason.NO_MORE_QUESTIONS))


def test_more_is_refused_when_six_questions_are_spent(system: System) -> None:
    interview = walked(system, Said(VAGUE))
    while interview.phase is Phase.ASKING:
        interview = step(interview, Skip(), system)[0]

    assert step(interview, More(), system) == (interview, Refused(Reason.NO_MORE_QUESTIONS))


def test_a_sentence_after_the_result_is_added_to_it(system: System) -> None:
    result = walked(system, Said(CLEAR))
    after, _ = step(result, Said("他还说要回去再比比"), system)

    assert len(after.turns) == 2
    assert [piece.source for piece in belief(after, system).evidence][-1] == 1


def test_the_state_survives_as_json(system: System) -> None:
    for phase in Phase:
        interview = in_phase(phase, system)

        assert restore(json.loads(json.dumps(dump(interview))), system) == interview


def test_a_bank_that_lost_a_question_keeps_the_interview_going(system: System) -> None:
    before = in_phase(Phase.ASKING, system)
    lost = {before.turns[1].question, before.asking}
    smaller = replace(system, questions={id: q for id, q in system.questions.items() if id not in lost})

    restored = restore(dump(before), smaller)

    assert restored.phase is Phase.OPEN
    assert restored.asking == OPEN
    assert belief(restored, smaller).answered == 0
    after, effect = step(restored, Said(CLEAR), smaller)
    assert not isinstance(effect, Refused)
    assert [turn.question for turn in after.turns[:2]] == [turn.question for turn in before.turns]
    for event in (Back(), Revise(1), Stop()):
        revised, shown = step(after, event, smaller)
        assert not isinstance(shown, Refused)
        assert restore(dump(revised), smaller).phase in Phase


def test_a_lost_question_that_is_taken_back_is_asked_as_the_open_one(system: System) -> None:
    before = in_phase(Phase.ASKING, system)
    lost = before.turns[1].question
    smaller = replace(system, questions={id: q for id, q in system.questions.items() if id != lost})

    revised, effect = step(restore(dump(before), smaller), Revise(1), smaller)

    assert isinstance(effect, Ask)
    assert effect.question is None
    assert revised.phase is Phase.OPEN
    assert isinstance(step(revised, Chose(lost, "yes"), smaller)[1], Refused)
    assert isinstance(step(revised, Said("他不吭声"), smaller)[1], Ask | Conclude)


def test_showing_a_state_changes_nothing_and_can_be_repeated(system: System) -> None:
    for phase in Phase:
        interview = in_phase(phase, system)

        assert show(interview, system) == show(interview, system)


def test_what_is_asked_depends_on_what_was_said(system: System) -> None:
    opened = {walked(system, Said(text)).asking for text in ("他一直不说话", "他问题很多", "他说再想想", "他嫌贵")}

    assert len(opened) > 1
