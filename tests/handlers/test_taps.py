"""Buttons: tapped twice, tapped late, made up, and aimed at other people's rows."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from store import interviews, practice, visits
from store.tables import DrillRow, Feedback, InterviewRow, MemoryRow, Person, Practice, Prospect, Reminder, Visit
from tests.conftest import Office
from tests.handlers.conftest import TROUBLE, answered_as, current, customers, data_of, person, press, taps

VAGUE = "昨天在店门口碰上一位客户"
QUIET = "话不多，看了一会儿，问他也就点点头"


def bot_says(office: Office, telegram_id: int = 1001) -> list[str]:
    """Everything the bot has said to somebody that is still on the screen, and every toast."""
    phone = office.phone(telegram_id)
    return [message.text for message in phone.messages if message.from_bot] + phone.toasts


def asked(office: Office) -> int:
    """How many messages ask something with choices."""
    return sum(any(b.data and ":skip" in b.data for row in m.buttons for b in row) for m in office.phone().messages)


async def test_two_taps_on_one_answer_ask_once(office: Office) -> None:
    await office.said(VAGUE)
    before = asked(office)
    tap = data_of(office, "i:*:c:*")

    await taps(office, tap, tap)

    row = current(office)
    assert row is not None
    assert len(interviews.state(row)["turns"]) == 2
    assert asked(office) == before  # the tapped message lost its buttons, one new question came
    assert office.phone().toasts == ["这一步已经记下了。"]


async def test_two_taps_on_two_answers_of_one_question_count_the_first(office: Office) -> None:
    await office.said(VAGUE)
    row = current(office)
    assert row is not None
    message_id = office.phone().last.id
    choices = [b.data for line in office.phone().last.buttons for b in line if b.data and ":c:" in b.data]

    await taps(office, (message_id, choices[0]), (message_id, choices[1]))

    turns = interviews.state(current(office) or row)["turns"]
    assert [turn[1] for turn in turns] == [None, choices[0].rpartition(":")[2]]


@pytest.mark.parametrize(("where", "button"), [("/start", "new"), ("钱总", "p:judge:*")])
async def test_two_taps_that_begin_an_interview_ask_once(office: Office, where: str, button: str) -> None:
    await office.said(where)
    tap = data_of(office, button)

    await taps(office, tap, tap)

    assert asked(office) == 1
    assert office.phone().toasts == ["已经开始了，看最新的那条消息。"]


async def test_a_later_tap_begins_anew(office: Office) -> None:
    await office.said("/start")
    await press(office, "new")
    office.clock.forward(minutes=1)
    await press(office, "new")

    assert asked(office) == 2


@pytest.mark.parametrize("verb", ["skip", "back", "stop"])
async def test_two_taps_on_a_steering_button_are_one_step(office: Office, verb: str) -> None:
    await office.said(VAGUE)
    started = current(office)
    assert started is not None
    tap = data_of(office, f"i:*:{verb}")

    await taps(office, tap, tap)

    with Session(office.db.engine) as session:
        row = session.get(InterviewRow, started.id)
        assert row is not None
        assert row.version == started.version + 1


async def test_two_taps_on_save_make_one_customer(office: Office) -> None:
    await office.said("/new 马师傅")
    await office.said(QUIET)
    await answered_as(office, "silent")
    tap = data_of(office, "i:*:save")

    await taps(office, tap, tap)

    assert sum(name == "马师傅" for name in customers(office)) == 1
    assert len(customers(office)) == 7


async def test_two_taps_on_contacted_log_one_contact(office: Office) -> None:
    await office.said("/today")
    row = customers(office)["赵大海"]
    tap = (office.phone().last.id, f"r:done:{row.id}")

    await taps(office, tap, tap)

    assert len(office.db.read_now(visits.latest, row.id or 0, 10)) == 2  # one was there before


async def test_two_taps_on_not_reached_log_one_try(office: Office) -> None:
    await office.said("/today")
    row = customers(office)["赵大海"]
    tap = (office.phone().last.id, f"r:missed:{row.id}")

    await taps(office, tap, tap)

    assert len(office.db.read_now(visits.latest, row.id or 0, 10)) == 2


async def test_two_taps_on_pause_leave_it_paused(office: Office) -> None:
    await office.said("钱总")
    await press(office, "p:edit:*")
    tap = data_of(office, "p:pause:*")

    await taps(office, tap, tap)

    assert customers(office)["钱总"].paused
    await office.said("钱总")
    await press(office, "p:edit:*")
    await press(office, "p:resume:*")
    assert not customers(office)["钱总"].paused


async def test_an_old_button_says_so_and_shows_where_things_stand(office: Office) -> None:
    await office.said(VAGUE)
    old = data_of(office, "i:*:back")
    await answered_as(office, "silent", most=2)
    row = current(office)
    before = row.state if row else ""
    now = office.phone().last.text

    await taps(office, old)

    after = current(office)
    assert (after.state if after else "") == before
    assert "前面的按钮" in office.phone().toasts[-1]
    assert office.phone().last.text == now


async def test_a_button_of_an_ended_interview_still_leads_somewhere(office: Office) -> None:
    await office.said("/new 马师傅")
    stop = data_of(office, "i:*:stop")
    skip = data_of(office, "i:*:skip")
    await taps(office, stop)
    await taps(office, skip)

    assert current(office) is None
    assert "马师傅" in office.phone().last.text


async def test_a_button_of_a_deleted_customer_says_that_they_are_gone(office: Office) -> None:
    await office.said("钱总")
    old = data_of(office, "p:visit:*")
    await press(office, "p:edit:*")
    await press(office, "p:erase:*")
    await press(office, "p:erased:*")
    await taps(office, old)

    assert "钱总" not in customers(office)
    assert "找不到这位客户" in office.phone().toasts[-1]


# --- made-up data -----------------------------------------------------------------------------------------------------

VERBS = {
    "i": (
        "c", "r", "t", "skip", "back", "stop", "more", "show", "types", "all", "turns", "add", "save", "later", "zzz",
    ),
    "p": (
        "page", "boxed", "open", "judge", "advice", "visit", "remind", "grade",
        "graded", "edit", "field", "pause", "resume", "archive", "restore", "erase",
        "erased", "same", "other", "zzz",
    ),
    "r": ["today", "done", "missed", "later", "by", "date", "more", "stop", "give", "given", "zzz"],
    "a": ["behavior", "zzz"],
    "m": ["behavior", "zzz"],
    "b": ["objections", "find_ten", "", "zzz"],
    "l": ["客户", "sj", "zzz"],
    "f": ["open", "all", "ask", "set", "judge", "facts", "drop", "zzz"],
    "x": ["new", "team", "topic", "theme", "1", "999999999", "zzz"],
    "t": ["board", "rep", "late", "due", "see", "nudge", "funnel", "types", "zzz"],
    "g": ["open", "say", "worth", "zzz"],
    "k": [
        "list", "new", "open", "no", "show", "past", "note", "drop", "dropped", "kind", "sort", "same", "again",
        "did", "undo", "wish", "due", "end", "zzz",
    ],
    "h": ["map", "add", "one", "set", "as", "ask", "drop", "dropped", "zzz"],
    "s": ["push", "tz", "ask", "drill", "digest", "groups", "group", "seen", "zzz"],
    "c": ["on", "off", "zzz"],
    "v": ["rep", "manager", "admin", "zzz"],
}  # fmt: skip


def at_most_64_bytes(text: str) -> str:
    """The longest beginning of a text that Telegram takes as callback data."""
    return text.encode()[:64].decode(errors="ignore")


NUMBERS = st.sampled_from(["", "0", "1", "7", "-1", "1e3", "²", "٣", "999999999", "9" * 30, " 1", "1\x00", "１"])
ARGUMENTS = st.one_of(NUMBERS, st.text(max_size=12), st.sampled_from(["A", "-", "silent", "behavior", "8点", "24:00"]))
MADE_UP = st.one_of(
    st.text(min_size=1, max_size=64),
    st.builds(
        lambda prefix, parts: ":".join([prefix, *parts]),
        st.sampled_from("iprmaxsvbfklhqtgc"),
        st.lists(ARGUMENTS, max_size=5),
    ),
    st.one_of(
        *(
            st.builds(
                lambda verb, number, argument, prefix=prefix: f"{prefix}:{verb}:{number}:{argument}",
                st.sampled_from(verbs),
                NUMBERS,
                ARGUMENTS,
            )
            for prefix, verbs in VERBS.items()
        )
    ),
    st.builds(
        lambda number, version, verb, argument: f"i:{number}:{version}:{verb}:{argument}",
        NUMBERS,
        NUMBERS,
        st.sampled_from(VERBS["i"]),
        ARGUMENTS,
    ),
    st.builds(
        lambda number, version, verb, argument: f"x:{number}:{version}:{verb}:{argument}",
        NUMBERS,
        NUMBERS,
        st.sampled_from(["a", "hint", "skip", "next", "stop", "zzz"]),
        ARGUMENTS,
    ),
).map(at_most_64_bytes)  # fmt: skip


@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.large_base_example],
)
@given(datas=st.lists(MADE_UP.filter(bool), min_size=40, max_size=60))
async def test_made_up_buttons_are_answered_and_harm_nobody(either_office: Office, datas: list[str]) -> None:
    office = either_office
    await office.said("/help", 1002)
    before = snapshot(office, 1001)
    message_id = office.phone(1002).last.id

    await taps(office, *((message_id, data) for data in datas), telegram_id=1002)

    said = bot_says(office, 1002)
    assert not [text for text in said if TROUBLE in text]
    assert not [text for text in said for name in customers(office) if name in text]
    assert snapshot(office, 1001) == before
    answered = [call for call in office.sandbox.calls if call.method == "answerCallbackQuery"]
    assert len(answered) >= len(datas)


# --- other people's rows ----------------------------------------------------------------------------------------------


def snapshot(office: Office, telegram_id: int) -> list[str]:
    """Everything that is kept of somebody, as text."""
    id = person(office, telegram_id).id
    with Session(office.db.engine) as session:
        rows: list[object] = list(session.exec(select(Prospect).where(Prospect.owner_id == id).order_by(Prospect.id)))
        ids = [row.id for row in rows if isinstance(row, Prospect)]
        rows += session.exec(select(InterviewRow).where(InterviewRow.person_id == id).order_by(InterviewRow.id))
        rows += session.exec(select(Visit).where(Visit.prospect_id.in_(ids)).order_by(Visit.id))
        rows += session.exec(select(Reminder).where(Reminder.prospect_id.in_(ids)).order_by(Reminder.id))
        for table in (Feedback, Practice, DrillRow, MemoryRow):
            rows += session.exec(select(table).where(table.person_id == id).order_by(table.id))
        rows += session.exec(select(Person).where(Person.id == id))
        return [repr(row) for row in rows]


def aimed(prospect: int, interview: InterviewRow, mate: int) -> Iterator[str]:
    """Every button there is, aimed at somebody else's customer and interview."""
    for verb in VERBS["i"]:
        for argument in ("", ":0", ":silent", ":quiet"):
            yield f"i:{interview.id}:{interview.version}:{verb}{argument}"
            yield f"i:{interview.id}:{interview.version - 1}:{verb}{argument}"
    for verb in VERBS["p"]:
        if verb not in {"page", "boxed", "other", "same"}:
            for argument in ("", ":A", ":notes", f":{interview.id}"):
                yield f"p:{verb}:{prospect}{argument}"
    yield f"p:other:{interview.id}"
    yield f"p:same:{prospect}:{interview.id}"
    for verb in VERBS["r"]:
        for argument in ("", ":1", f":{mate}"):
            yield f"r:{verb}:{prospect}{argument}"
    yield from (
        "a:behavior",
        "a:behavior:silent",
        "m:behavior:silent:quote",
        "s:push:07:30",
        "s:tz:Asia/Taipei",
        "s:quiet:22:00-07:00",
        "s:quiet:off",
        "s:evening:off",
        "s:lead:90",
        "s:back",
        "s:moveall",
        "s:move:1",
        "e:open",
        f"e:done:{prospect}",
        f"e:missed:{prospect}",
    )
    for what in ("push", "evening", "quiet", "lead", "tz", "away"):
        yield from (f"s:page:{what}", f"s:ask:{what}")
    yield from (f"s:away:{when}" for when in ("today", "tomorrow", "week"))
    yield from ("x:new", "x:team", "x:topic", "x:theme", "x:theme:behavior:silent", "s:drill:on", "v:zzz", "new")


@pytest.mark.parametrize("caller", [1001, 1003], ids=["a rep", "a manager"])
async def test_no_button_reaches_anothers_rows(office: Office, caller: int) -> None:
    await office.said("/new 只有小周知道", 1002)
    await office.said(VAGUE, 1002)
    theirs = current(office, 1002)
    assert theirs is not None
    await office.said("/practice", 1002)
    drill = office.db.read_now(practice.unfinished, person(office, 1002).id or 0, office.clock.now().date())
    assert drill is not None
    secret = customers(office, 1002)["冯经理"]
    before = snapshot(office, 1002)
    datas = list(aimed(secret.id or 0, theirs, person(office, caller).id or 0))
    datas += [f"p:same:{row.id}:{theirs.id}" for row in customers(office, caller).values()]
    team = VERBS["t"] if caller == 1001 else ()  # a manager may see whom they manage
    kinds = [*(f"t:{verb}" for verb in team), *(f"g:{verb}" for verb in VERBS["g"])]
    datas += [f"{kind}:{secret.id}{argument}" for kind in kinds for argument in ("", ":l0", ":n", ":silent")]
    verbs = ("a:?", "a:silent", "a:0", "hint", "skip", "next", "stop")
    datas += [f"x:{drill.id}:{version}:{verb}" for verb in verbs for version in (drill.version, 0)]
    await office.said("/help", caller)
    message_id = office.phone(caller).last.id

    await taps(office, *((message_id, data) for data in datas), telegram_id=caller)

    assert snapshot(office, 1002) == before
    said = bot_says(office, caller)
    forbidden = ["冯经理", "锦程酒店", "13800020003", "清单", "只有小周知道", VAGUE]
    assert not [text for text in said for word in forbidden if word in text and "今天" not in text]
    assert not [text for text in said if TROUBLE in text]


@pytest.mark.parametrize("caller", [1001, 1003], ids=["a rep", "a manager"])
@pytest.mark.parametrize(
    "text",
    [
        "冯经理",
        "/customers 冯经理",
        "/customers 锦程",
        "/visit 冯经理 聊了清单",
        "/remind 冯经理 明天 问清单",
        "/new 冯经理",
        "冯经理 明天提醒我",
    ],
)
async def test_no_command_reaches_anothers_rows(office: Office, caller: int, text: str) -> None:
    before = snapshot(office, 1002)

    await office.said(text, caller)

    assert snapshot(office, 1002) == before
    said = "".join(bot_says(office, caller))
    assert "锦程酒店" not in said
    assert "13800020003" not in said


@pytest.mark.parametrize("awaiting", ["edit:{p}:notes", "visit:{p}", "remind:{p}", "note:{v}", "add:{i}", "name:{i}"])
async def test_what_is_waited_for_never_reaches_anothers_rows(office: Office, awaiting: str) -> None:
    await office.said(VAGUE, 1002)
    theirs = current(office, 1002)
    secret = customers(office, 1002)["冯经理"]
    visit = office.db.read_now(visits.latest, secret.id or 0, 1)[0]
    assert theirs is not None
    what = awaiting.format(p=secret.id, v=visit.id, i=theirs.id)
    office.db.write_now(_await, person(office).telegram_id, what)
    before = snapshot(office, 1002)

    await office.said("明天谈价格")

    assert snapshot(office, 1002) == before
    assert "冯经理" not in office.phone().last.text


def _await(session: Session, telegram_id: int, what: str) -> None:
    from store import people

    found = people.by_telegram(session, telegram_id)
    assert found is not None
    found.awaiting = what


async def test_a_customer_is_only_handed_to_somebody_of_the_team(office: Office) -> None:
    mine = customers(office)["钱总"]
    await office.said("/help")
    message_id = office.phone().last.id

    await taps(
        office, *((message_id, f"r:given:{mine.id}:{to}") for to in ("0", "99", "", "x", str(person(office).id)))
    )

    assert customers(office)["钱总"].owner_id == person(office).id
    assert all("过期" in toast for toast in office.phone().toasts)


async def test_a_rep_cannot_invite_with_a_made_up_button(office: Office) -> None:
    await office.said("/help")

    await taps(office, *((office.phone().last.id, f"v:{role}") for role in ("rep", "manager", "admin")))

    assert not [text for text in bot_says(office) if "t.me" in text]
    assert len(office.phone().toasts) == 3


async def test_a_manager_cannot_invite_an_admin(office: Office) -> None:
    await office.said("/invite admin", 1003)

    await taps(office, (office.phone(1003).last.id, "v:admin"), telegram_id=1003)

    assert not [text for text in bot_says(office, 1003) if "t.me" in text]
