"""Every card, made from the longest and oddest of what people may type; the tests look at all of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from cards import (
    advice,
    alarms,
    complaints,
    contacts,
    exports,
    facets,
    funnel,
    handover,
    hours,
    imports,
    interview,
    lists,
    occasions,
    people,
    playbooks,
    practice,
    prep,
    privacy,
    prospects,
    quizzes,
    reminders,
    settings,
    team,
    wording,
)
from cards import told as told_cards
from cards.card import CAPTION_LIMIT, Card, Picture, units, visible
from cards.interview import Place
from cards.lists import ListView
from cards.prospects import ProspectView
from cards.team import RepLine
from knowledge import filters, questionnaire
from knowledge.advice import verdict
from knowledge.appointments import Promise
from knowledge.belief import Belief, Evidence, believe
from knowledge.columns import fields
from knowledge.complaints import load_handling
from knowledge.contacts import Contact
from knowledge.drill import Drill, Item
from knowledge.due import DueCustomer, Promised
from knowledge.facets import Facet
from knowledge.festivals import load_festivals
from knowledge.files import MOMENTS, SCENES
from knowledge.finding import Library, Type
from knowledge.imports import Met
from knowledge.interview import LONGEST_TEXT, MOST_QUESTIONS, OPEN, Ask, Interview, Phase, Turn
from knowledge.kinds import Occasion, load_kinds
from knowledge.methods import Chosen, load_methods
from knowledge.playbooks import load_playbooks
from knowledge.practice import Exercise, Exercises, lookalikes, told_apart
from knowledge.rewording import Reworded
from knowledge.scenes import load_conflicts, load_scenes
from knowledge.suggestions import load_suggestions
from knowledge.systems import Kind, System, load_systems
from knowledge.table import MOST_COLUMNS, MOST_ROWS
from knowledge.taboos import load_lists
from knowledge.talk import Talk
from knowledge.wording import LONGEST_DRAFT, MOST, Finding

TODAY = date(2026, 11, 23)
LARGE = 10**9  # an id after years of use
PLACE = Place(LARGE, LARGE)
SYSTEMS = load_systems()
SYSTEM = SYSTEMS["behavior"]
BOOKS = load_playbooks(SYSTEMS)
LIBRARY = Library(SYSTEMS, BOOKS)
HANDLING = load_handling()
EXERCISES = Exercises(SYSTEMS)
TALK = Talk(product="静音断桥铝门窗", points=("隔音好", "十年质保"), trade="建材", company="安居门窗有限公司")


def believed(text: str) -> Belief:
    """The belief of a text."""
    return believe(SYSTEM.model, [text], types=SYSTEM.order)


def sure_of(kind: Kind, said: str) -> Belief:
    """A close call for a type, told by four long spans of `said`."""
    second = kind.neighbours[0].id
    rest = 0.2 / (len(SYSTEM.types) - 2)
    p = {kind.id: 0.5, second: 0.3, **{id: rest for id in SYSTEM.order if id not in (kind.id, second)}}
    spans = [
        Evidence(said, {id: (1.0 if id == kind.id else 0.0) * sign for id in SYSTEM.order}, 0, 0, len(said))
        for sign in (1, 1, 1, 1, -1, -1)
    ]
    return Belief(p=p, speaks=True, explain=lambda: spans)


def view(name: str, note: str, system: System = SYSTEM) -> ProspectView:
    """A customer whose every field is filled with `note`, as long as the forms allow."""
    kind = system.type("sentimental")
    return ProspectView(
        id=LARGE,
        name=name[:40],
        company=note[:60],
        phone=note[:30],
        notes=note[:4000],
        next_step=note[:200],
        grade="A",
        type_id=kind.id,
        type_zh=kind.zh,
        type_p=0.87,
        type_by="inferred",
        type_why=tuple(f"“…{note[:16]}…”" for _ in range(4)),  # as quotes.py cuts them
        last_contact=date(2020, 1, 1),
        next_contact=date(2027, 12, 31),
        lateness="late",
        rhythm="你定的节奏：365 天一次，最晚 521 天",
        visits=tuple((date(2025, 12, 31), "wechat", "reached", note[:LONGEST_TEXT]) for _ in range(5)),
        promises=tuple((date(2027, 12, 31), "15:30", note[:200]) for _ in range(20)),
        figures=(f"欠款 {note[:200]}", "积分 1000000000000 分"),
        dates=tuple(f"{zh} 农历闰腊月廿九" for zh in occasions.FACTS.values()),
        tests=(("老虎 + 孔雀 + 考拉", "动物性格测试", date(2026, 1, 1)), ("支配型", "沟通风格", TODAY)),
        complaints=(complaint(name, note), complaint(name, note)),
        people=(contact(name, note),) * 40,
    )


def due(name: str, note: str) -> DueCustomer:
    """A customer of the day's list with everything long."""
    return DueCustomer(
        id=LARGE,
        name=name[:40],
        company=note[:60],
        type_zh="豪爽干脆型",
        grade="A",
        due=date(2026, 1, 1),
        lateness="late",
        method="wechat",
        last_contact=date(2025, 12, 31),
        last_note=note[:LONGEST_TEXT],
        next_step=note[:200],
        opening=SYSTEM.type("sentimental").card.opening[0],
        promises=tuple(Promised(date(2027, 12, 1), note[:100], "15:30") for _ in range(6)),
        noted_on=date(2027, 12, 1),
        occasions=tuple(occasion(kind, note) for kind in load_kinds().all),
        type_id="sentimental",
        latest=date(2027, 12, 31),
        words=note[:120],
        touch=Chosen(max(load_methods().all.values(), key=lambda one: len(one.how)), "wechat", "answers", "phone"),
    )


def occasion(kind: str, note: str, at: int = 0) -> Occasion:
    """A reminder of a kind with everything long."""
    day = date(2026, 11, 24) if kind == "birthday" else date(2027, 12, 31)
    return Occasion(LARGE + at, kind, "", TODAY, day, note[:100], time(15, 30), "下午", "yL06+29")


@cache
def gallery(name: str, note: str) -> tuple[tuple[str, Card], ...]:
    """Every card by a name; `name` is a customer's or colleague's, `note` whatever was typed freely."""
    parts = (
        _interviews,
        _types,
        _drills,
        _looked_up,
        _playbooks,
        _records,
        _complaints,
        _people,
        _lists,
        _filtered,
        _handed,
        _occasions,
        _imports,
        _quizzes,
        _drafts,
        _facets,
        _briefs,
        _general,
    )
    return tuple(row for part in parts for row in part(name[:60], note))


def _interviews(name: str, note: str) -> Iterator[tuple[str, Card]]:
    typed = note[:LONGEST_TEXT]
    asked = list(SYSTEM.questions)[:MOST_QUESTIONS]
    turns = (Turn(OPEN, text=typed), *(Turn(id, text=typed) for id in asked))
    state = Interview(SYSTEM.id, Phase.RESULT, None, turns)
    yield "opening", interview.opening(name, SYSTEM, PLACE)
    yield "turns", interview.turns(state, SYSTEM, PLACE)
    yield "ended", interview.ended(name, PLACE)
    yield "ended about a customer", interview.ended(name, None)
    yield "several", interview.several([name, name, name])
    yield "add", interview.add_more()
    for question in SYSTEM.questions.values():
        for said, belief in (("nothing", believed("")), ("much", sure_of(SYSTEM.type("sentimental"), typed))):
            ask = Ask(question, belief, MOST_QUESTIONS)
            yield f"ask {question.id} after {said}", interview.asking(ask, state, name, SYSTEM, TALK, PLACE)
        yield f"answered {question.id}", interview.answered(question, question.choices[0].zh)
        yield f"skipped {question.id}", interview.skipped(question.zh)
    for text in (typed, ""):
        belief = believed(text)
        yield f"ask again after {bool(text)}", interview.asking(Ask(None, belief, 1), state, name, SYSTEM, TALK, PLACE)
        yield f"unsure {bool(text)}", interview.unsure(belief, name, SYSTEM, PLACE)
        for everything in (True, False):
            yield f"types {everything}", interview.types(belief, SYSTEM, PLACE, everything=everything)


def _types(name: str, note: str) -> Iterator[tuple[str, Card]]:
    state = Interview(SYSTEM.id, Phase.RESULT, None, ())
    for kind in SYSTEM.types.values():
        yield f"advice {kind.id}", advice.whole(kind, SYSTEM, TALK)
        for moment in MOMENTS:
            yield f"moment {kind.id} {moment}", advice.moment(kind, SYSTEM, moment, TALK)
        belief = sure_of(kind, note[:LONGEST_TEXT])
        assert verdict(belief, SYSTEM).kind == kind
        yield f"result {kind.id}", interview.result(belief, state, name, SYSTEM, TALK, PLACE)
        yield f"result of no name {kind.id}", interview.result(belief, state, "", SYSTEM, TALK, PLACE)
        rows = interview.after_correction(PLACE, SYSTEM, kind.id)
        text = advice.handling(kind, TALK)
        yield f"corrected {kind.id}", interview.corrected(kind.neighbours[0].id, kind.zh, text, rows)
        yield f"confirmed {kind.id}", interview.corrected(kind.zh, kind.zh, text, rows)


def _drills(name: str, note: str) -> Iterator[tuple[str, Card]]:
    at = practice.Place(LARGE, LARGE)
    for id in EXERCISES.systems:
        system = SYSTEMS[id]
        names = {type: kind.zh for type, kind in system.types.items()}
        for exercise in EXERCISES.of(id).values():
            type, near = exercise.kind.id, lookalikes(system, exercise.kind, exercise.episodes[0])
            apart = [told_apart(system, type, other) for other in near]
            for item in _items(exercise, id, near):
                drill = Drill((item,) * 6, 5)
                one = practice.Shown(
                    drill,
                    item,
                    exercise,
                    system.zh,
                    names,
                    TALK,
                    ["这是一句十六个字的话他说出来的"] * 2,
                    near[0],
                    max(apart, key=len),
                    [name] * 2,
                    note,
                )
                state = f"{item.hinted} {item.chosen} {item.outcome}"
                yield f"{item.kind} {id} {type} {state}", practice.item(one, at)
    rows = [practice.Line(kind, "经济困难型", how, TODAY) for kind in practice.KINDS for how in practice.MARKS]
    skipped = practice.Line("write", "经济困难型", "skipped", None)
    yield "drill over", practice.finished([*rows, skipped], TODAY, 999, ("behavior", "silent", "沉默型"))
    yield "drill over without a word", practice.finished(rows[:1], TODAY, 0, None)
    for answered in (0, 5):
        yield f"drill put down {answered}", practice.put_down(answered)
    yield "drill gone", practice.written_already()
    yield "no such type", practice.unknown_type(note[:40])
    types = [(kind.id, kind.zh) for kind in SYSTEM.types.values()]
    for count in (0, 99):
        for theme in ("", "经济困难型"):
            reps = [(name, 7, 99), ("甲", 0, 0)] * count
            yield f"practice of a team {count} {theme}", practice.team(name, reps, theme)
            yield f"themes {count} {theme}", practice.topics("behavior", types, theme)
    yield "which theme", practice.which_theme(note[:30], [("online_shopper", "bargainer", "议价型 · 网购客户")] * 8)


def _items(exercise: Exercise, system: str, near: list[str]) -> Iterator[Item]:
    """The longest items of a type, asked, hinted and told."""
    type = exercise.kind.id
    episode = max(range(len(exercise.episodes)), key=lambda at: len(exercise.episodes[at]))
    exchange = max(range(len(exercise.exchanges)), key=lambda at: len(repr(exercise.exchanges[at])))
    item = Item("recognise", system, type, episode, (type, *near))
    yield from (item, replace(item, hinted=True))
    yield from (replace(item, chosen=chosen, outcome="good") for chosen in (type, near[-1], "?"))
    replies = exercise.exchanges[exchange].replies
    item = Item("reply", system, type, exchange, tuple(map(str, range(len(replies)))))
    yield from (item, replace(item, hinted=True))
    yield from (replace(item, chosen=chosen, outcome="again") for chosen in ("0", "1", "?"))
    item = Item("write", system, type, exchange)
    yield from (item, replace(item, hinted=True), replace(item, outcome="again"), replace(item, outcome="skipped"))
    yield replace(item, outcome="good", met=tuple(check.id for check in exercise.checks))


def _looked_up(name: str, note: str) -> Iterator[tuple[str, Card]]:
    words = note[:30]
    every = list(SYSTEMS)
    yield "categories", advice.categories(every, SYSTEM, 24)
    for key in advice.KINDS:
        yield f"shelf {key}", advice.shelf(key, [system for system in every if system.kind == key])
    for system in every:
        yield f"catalogue {system.id}", advice.catalogue(system)
        for kind in system.types.values():
            card = advice.whole(kind, system, TALK, BOOKS.naming(system.id, kind.id)[:3])
            yield f"linked {system.id} {kind.id}", advice.also(card, words, 99)
            article = advice.article(Type(system, kind), TALK)
            assert 0 < len(article.id.encode()) <= 64
            yield f"article {article.id}", Card(article.text)
    found = [hit.entry for hit in LIBRARY.find("客户")]
    yield "nothing found", advice.nothing(words, [])
    yield "nearly found", advice.nothing(words, found[:6])
    for moment in ("", "quote"):
        yield f"several answers {moment}", advice.choices(found, words, moment)
        yield (
            f"several types {moment}",
            advice.choices([Type(SYSTEM, kind) for kind in SYSTEM.types.values()], words, moment),
        )


def _playbooks(name: str, note: str) -> Iterator[tuple[str, Card]]:
    yield "shelves", playbooks.shelves([(moment, 99) for moment in SCENES])
    for moment in SCENES:
        yield f"scene {moment}", playbooks.scene(moment, BOOKS.at(moment), TALK, SYSTEM)
        yield f"scene types {moment}", playbooks.scene_types(moment, SYSTEM)
    for book in BOOKS:
        yield f"playbook {book.id}", playbooks.opened(book, TALK)
        yield f"article {book.id}", Card(advice.article(book, TALK).text)
        for number in range(1, len(book.steps) + 1):
            yield f"playbook {book.id} {number}", playbooks.step(book, number, TALK)


def _records(name: str, note: str) -> Iterator[tuple[str, Card]]:
    one = view(name, note)
    plain = ProspectView(id=LARGE, name=name[:40])
    yield "customer", prospects.whole(one, TODAY, "📝 补上了。下次联系：2027年12月31日 周五")
    yield "new customer", prospects.whole(plain, TODAY)
    for flag in ("archived", "paused"):
        yield f"customer {flag}", prospects.whole(ProspectView(id=LARGE, name=name[:40], **{flag: True}), TODAY)
    for words in ("", note[:30]):
        for archived in (True, False):
            mark = f"{bool(words)} {archived}"
            listed = [one] * 8
            yield f"list {mark}", prospects.listing(listed, 9999, 500, 8, words, TODAY, archived=archived)
            yield f"empty list {mark}", prospects.listing([], 0, 0, 8, words, TODAY, archived=archived)
    yield "ask name", prospects.ask_name()
    yield "duplicates", prospects.duplicates([one] * 5, LARGE, name[:40])
    yield "grade", prospects.grade(one)
    yield "edit", prospects.edit(one)
    for field in prospects.FIELDS:
        yield f"ask {field}", prospects.ask_field(field, name[:40])
    yield "ask erase", prospects.ask_erase(one)
    yield "erased", prospects.erased()
    yield "archived", prospects.archived(name[:40], LARGE)
    yield "bad number", prospects.bad_number()
    yield "bad phone", prospects.bad_phone()
    yield "past date", prospects.bad_date(past=True)
    yield "bad date", prospects.bad_date(past=False)
    yield "choose", prospects.choose([one] * 10, "remind", "是哪一位？")
    yield "ask visit", prospects.ask_visit(name[:40])
    yield "only planned", prospects.only_planned(name[:40], LARGE, (date(2027, 12, 31), "15:30", note[:100]), TODAY)
    later = [date(2027, 12, one) for one in (1, 3, 7, 14)]
    some_day = date(2027, 12, 31), note[:100]
    yield "planned for some day", prospects.planned_for_some_day(name[:40], LARGE, some_day, later, TODAY)
    days = date(2027, 12, 31), date(2025, 12, 31)
    yield "doubtful", prospects.doubtful(name[:40], LARGE, "2027年12月31日下午三点半", days, TODAY)
    yield "which customer", prospects.which_customer("/remind 王总 下周三 问合同")


def complaint(name: str, note: str, **more: Any) -> complaints.ComplaintView:
    """A complaint with everything long."""
    kept: dict[str, Any] = {
        "what": note[:500],
        "opened": date(2020, 1, 1),
        "kind_zh": "价钱账款",
        "wish": note[:200],
        "step": len(HANDLING.steps) - 1,
        "steps": len(HANDLING.steps),
        "due": date(2020, 1, 1),
        "outcome": note[:500],
        "times": 99,
    }
    return complaints.ComplaintView(id=LARGE, customer=LARGE, name=name[:40], **(kept | more))


def _complaints(name: str, note: str) -> Iterator[tuple[str, Card]]:
    open_ = complaint(name, note)
    closed = complaint(name, note, closed=date(2025, 12, 31))
    notice = f"{complaints.reopened(TODAY, TODAY)}\n{complaints.often('价钱账款', 999)}"
    for number, step in enumerate(HANDLING.steps):
        yield f"complaint {number}", complaints.whole(complaint(name, note, step=number), step, TODAY, notice)
    yield "complaint closed", complaints.over(closed, TODAY, complaints.ended([date(2027, 12, 31)] * 4, TODAY))
    yield "complaints", complaints.listing(name[:40], LARGE, [open_] * 20, [closed] * 8, TODAY)
    yield "complaint offer", complaints.offer(name[:40], f"v{LARGE}", [open_, closed])
    yield "complaint declined", complaints.declined()
    yield "complaint kinds", complaints.kinds(open_, [(id, zh) for id, (zh, _) in HANDLING.kinds.items()])
    events = [(date(2025, 12, 31), kind, note[:500]) for kind in complaints.EVENTS if kind != "due"] * 3
    yield "complaint past", complaints.history(open_, [*events[:19], (TODAY, "due", "2027-12-31")], TODAY)
    yield "complaint drop", complaints.ask_drop(open_)
    yield "complaint dropped", complaints.dropped(name[:40], LARGE)
    yield "complaint what", complaints.ask_what(name[:40])
    yield "complaint again", complaints.ask_again(name[:40], note[:500])
    yield "complaint wish", complaints.ask_wish(name[:40])
    for answered in (True, False):
        yield f"complaint due {answered}", complaints.ask_due(name[:40], answered=answered)
    yield "complaint outcome", complaints.ask_outcome(name[:40])
    yield "complaint note", complaints.ask_note(name[:40])


def contact(name: str, note: str, **more: Any) -> Contact:
    """A person of a customer's firm with everything long."""
    kept: dict[str, Any] = {
        "name": name[:20],
        "title": note[:60],
        "influence": "large",
        "tie_us": "far",
        "tie_them": "near",
        "decides": "decides",
        "owner": name[:20],
        "note": note[:200],
    }
    return Contact(id=LARGE, **(kept | more))


def _people(name: str, note: str) -> Iterator[tuple[str, Card]]:
    full, bare = contact(name, note), Contact(name="", id=LARGE)
    notice = contacts.added([name[:20]] * 10, [name[:20]] * 10)
    yield "people", contacts.table(name[:40], LARGE, [full] * 40, notice)
    yield "people of nobody", contacts.table(name[:40], LARGE, [])
    yield "people of somebody", contacts.table(name[:40], LARGE, [bare], contacts.dropped(""))
    for gap in contacts.GAPS:
        assert "{" not in contacts.GAPS[gap].format("甲")
    yield "person", contacts.one(full, LARGE, name[:40], notice)
    yield "person without a name", contacts.one(bare, LARGE, name[:40])
    for piece in (note[:100], "关系近"):
        for who in ("", name[:20]):
            asked = contact(who, note, unread=(piece,) * 10)
            yield f"unread {piece == '关系近'} {bool(who)}", contacts.ask_unread(asked, notice)
    yield "ask person", contacts.ask_person(name[:40])
    yield "no person", contacts.no_person()
    for field in contacts.FIELDS:
        yield f"ask person {field}", contacts.ask_field(full, field)
    yield "drop person", contacts.ask_drop(full)
    yield "too many people", contacts.too_many(40)


def _lists(name: str, note: str) -> Iterator[tuple[str, Card]]:
    own = [occasion(kind, note, at) for at in range(6) for kind in ("own", "festival")]
    many = [due(name, note)] * 25 + [replace(due(name, note), waits=True)] * 15
    yield "morning", reminders.morning(many, TODAY, name[:40], missed=99)
    yield "morning with practice", reminders.morning(many, TODAY, name[:40], missed=99, drill=True)
    yield "morning of one", reminders.morning(many[:1], TODAY, name[:40])
    own = [occasion(kind, note, at) for at in range(6) for kind in ("own", "festival")]
    yield "today's last page", reminders.today_list(many, TODAY, page=7, bare=LARGE)
    waiting = [replace(row, promises=(), occasions=()) for row in many[25:]]
    yield "today of those that wait", reminders.today_list(waiting, TODAY, own, bare=LARGE)
    for why in ("first", "turn", "deaf", "suits", "next"):
        touch = replace(many[0].touch, why=why, than="phone") if many[0].touch else None
        yield f"today {why}", reminders.today_list([replace(waiting[0], touch=touch)] * 5, TODAY, own)
    yield "morning of those that wait", reminders.morning(waiting, TODAY, name[:40], missed=99, matters=own)
    yield "ask rhythm", prospects.ask_rhythm(view(name, note), 14)
    yield "without plan", reminders.without_plan([(LARGE + at, name[:40]) for at in range(8)], LARGE)
    yield "all planned", reminders.without_plan([], 0)
    yield "planned", reminders.planned([(name[:40], date(2027, 12, 31))] * 8, LARGE, TODAY)
    ahead = hours.pushes([(datetime(2026, 12, 31, 23, 59, tzinfo=UTC), kind) for kind in hours.COMING], None, TODAY)
    yield "today", hours.under(reminders.today_list(many, TODAY), ahead)
    yield "morning with matters", reminders.morning(many, TODAY, name[:40], missed=99, matters=own)
    yield "morning of matters", reminders.morning([], TODAY, name[:40], matters=own)
    full = reminders.morning(many, TODAY, name[:40], missed=99, matters=own, drill=True)
    first, last = date(2027, 12, 30), date(2028, 12, 31)
    yield "morning after a leave", prep.offered(hours.back(full), [(LARGE, name)] * 20)
    said = [Promise(LARGE, LARGE + number, name, TODAY, note[:200], time(15, 30)) for number in range(20)]
    yield "evening", hours.evening(said, TODAY)
    yield "evening done", hours.evening_done()
    yield "evening uncertain", hours.check_evening()
    yield "own at its hour", hours.own(LARGE, time(15, 30), note[:200])
    yield "own uncertain", hours.check_own(LARGE, time(15, 30), note[:200])
    yield "leave", hours.away(first, last, said, last, TODAY)
    yield "eve of a leave", hours.before_leave(first, last, said, last, TODAY)
    yield "leave arranged", hours.arranged(first, last, last, TODAY)
    yield "today of matters", reminders.today_list([], TODAY, own)
    yield "today without promises", reminders.today_list([_unpromised(row) for row in many], TODAY, own)
    yield "nothing today", reminders.today_list([], TODAY)
    yield "done", reminders.done(name[:40], date(2027, 12, 31), TODAY)
    yield "later", reminders.later(LARGE, name[:40])
    yield "more", reminders.more(LARGE, name[:40])
    yield "stopped", reminders.stopped(name[:40], LARGE)
    yield "give", reminders.give(LARGE, name[:40], [(LARGE + at, name[:40]) for at in range(40)])
    yield "nobody to give to", reminders.give(LARGE, name[:40], [])
    yield "check", reminders.check()
    yield "set", reminders.set_for(name[:40], date(2027, 12, 31), note[:100], TODAY, "15:30")
    yield "ask when", reminders.ask_when(name[:40])
    yield from _team(name, note)


def _team(name: str, note: str) -> Iterator[tuple[str, Card]]:
    most = {key: 9999 for key in RepLine.__slots__ if key not in {"id", "name", "unreachable", "grades"}}
    rep = RepLine(LARGE, name[:40], unreachable=True, grades=dict.fromkeys("ABCD", 2000), **most)
    yield from _both("team", team.board(name[:40], [rep] * 60, 2))
    yield "empty team", team.empty(name[:40])
    late = team.LateLine(LARGE, name[:40], "A", "经济困难型", TODAY - timedelta(days=9999), name[:40])
    days = [(TODAY + timedelta(days=away), 9999, 9999) for away in range(7)]
    yield from _both("a rep's week", team.rep(rep, days, [late] * 4, TODAY, own=False))
    yield from _both("one's own week", team.rep(replace(rep, overdue=0), days, [], TODAY, own=True))
    yield "overdue", team.overdue(name[:40], [late, replace(late, nudged=True)] * 4, 9999, 7, 8, TODAY, LARGE)
    yield "nobody overdue", team.overdue(name[:40], [], 0, 0, 8, TODAY)
    yield "which rep", team.which_rep([(LARGE, name[:40])] * 20, name[:40])
    yield "no rep", team.no_rep(name[:40])
    yield "nudge", team.nudge(name[:40], LARGE, name[:40], TODAY - timedelta(days=3), TODAY, note[:200])
    theirs = team.CustomerView(LARGE, LARGE, name[:40], "成交客户", "behavior:analytical", late=True)
    whole = prospects.whole(view(name, note), TODAY)
    yield "a customer of the team", team.customer(whole, theirs)
    yield (
        "one of somebody who left",
        team.customer(whole, replace(theirs, stage_zh="", type="", late=False, back=False)),
    )
    stages = [
        funnel.StageLine("成交客户", 9999, 99999, 9999, 9999.0),
        funnel.StageLine("忠诚客户", 0, 3, 0, 2.0, last=True),
    ]
    table = [("cash_strapped", "经济困难型", [9999] * 5)] * 30
    for kind in ("", "经济困难型"):
        made = funnel.funnel(name[:40], stages, table, 99999, kind, since=TODAY)
        assert isinstance(made, Picture)
        yield from _both(f"funnel {kind}", made)
    nothing = funnel.funnel(name[:40], [replace(stages[0], entered=0)], [], 0)
    assert isinstance(nothing, Card)
    yield "empty funnel", nothing
    lines = [funnel.ClassLine(id, "关键客户", 99999, 0.25) for id in facets.QUARTERS]
    classes = funnel.Classes("忠诚与购买力", lines, 99999)
    for what, made in {"four": funnel.quadrant(name[:40], classes), "abc": funnel.abc(name[:40], classes)}.items():
        assert isinstance(made, Picture)
        yield from _both(f"{what} of a team", made)
    for made in (f(name[:40], replace(classes, rows=())) for f in (funnel.quadrant, funnel.abc)):
        assert isinstance(made, Card)
        yield "no classes", made
    made = funnel.types(name[:40], [("经济困难型", 9999)] * 25, 9999, [classes] * 2)
    assert isinstance(made, Picture)
    yield from _both("types", made)
    made = funnel.types(name[:40], [("经济困难型", 9999)] * 25, 9999, [classes], later=True)
    assert isinstance(made, Picture)
    yield from _both("types of very many", made)


def _both(what: str, made: Picture) -> Iterator[tuple[str, Card]]:
    """A picture's words on their own, and below it where they fit."""
    yield f"{what}, words", made.words
    if made.fits:
        yield f"{what}, caption", made.caption


def _filtered(name: str, note: str) -> Iterator[tuple[str, Card]]:
    own = ListView(LARGE, name[:40], note[:120], True, team=name[:60])
    rows = [(view(name, note), name[:40])] * 8
    told = filters.Filter((filters.Never(),) * 12, (note[:60],) * 12, (note[:120],) * 3)
    for mark, one in (
        ("own", own),
        ("draft", replace(own, kept=False, team="")),
        ("shared", replace(own, owner=name[:40])),
    ):
        yield (
            f"page of a list {mark}",
            lists.page(one, told, rows, 99999, 500, 8, TODAY, may_give=True, notice=name[:40]),
        )
    born = [(name, name, date(2027, 8, 31))] * 99
    yield (
        "page of birthdays",
        lists.page(own, told, rows, 99999, 500, 8, TODAY, may_give=True, notice=name[:40], birthdays=born),
    )
    yield "empty list of words", lists.page(own, filters.Filter((), ()), [], 0, 0, 8, TODAY, may_give=False)
    suggested = list(load_suggestions().values())
    yield "lists", lists.home([own] * 40, suggested, lists.reminded("w1"))
    yield "no lists", lists.home([], suggested)
    yield "more lists", lists.home([own], suggested[:6], following=6)
    yield "ask for a list", lists.ask()
    yield "ask for the name of a list", lists.ask_name(name[:40])
    yield "how often a list", lists.every(own)
    yield "dropped list", lists.dropped(own)
    looks = [privacy.Look(name[:40], name[:40], "exported", datetime(2027, 12, 31, tzinfo=UTC))] * 20
    above = [(name[:40], "manager", name[:40])] * 9
    yield "who looked", privacy.seen(above, looks, name=name[:40], back=f"t:see:{LARGE}")
    yield "who looked at all", privacy.seen(above, looks, manages=True)
    yield "nobody looked", privacy.seen([], [], name=name[:40], back=f"p:open:{LARGE}")
    yield "ask erase another's", privacy.ask_erase(name[:40], name[:40], LARGE)
    yield "erased for", privacy.erased_for(name[:40])


def _handed(name: str, note: str) -> Iterator[tuple[str, Card]]:
    one, gone = handover.Colleague(LARGE, name[:40], 99999), handover.Colleague(LARGE, name[:40], 99999, True)
    load = handover.Load(note[:120], 99999, dict.fromkeys("ABCD", 9999), 9999, 9999, 9999)
    rows = [(LARGE + at, note[:40]) for at in range(8)]
    yield "sources", handover.sources([gone, *[one] * 60])
    yield "of a person", handover.of_person(gone, rows, 5, 8, may_remove=True, may_pool=True)
    yield "own to hand over", handover.own(rows)
    yield "none to hand over", handover.own([])
    yield "targets", handover.targets("a" + str(LARGE), note[:120], [one] * 60)
    yield "no targets", handover.targets("p1", note[:120], [])
    yield "confirm a hand-over", handover.confirm("l" + str(LARGE), load, one)
    yield "handed over", handover.done(note[:120], 99999, name[:40], "0123456789ab")
    yield "hand-over undone", handover.undone(99999)
    brief = handover.brief([("🏷", note)] * 8)
    yield "received many", handover.received(name[:40], f"（原来是 {name[:40]} 的）", load, rows)
    yield "received one", handover.received(name[:40], "", replace(load, count=1), rows, brief)
    yield "lost", handover.lost(name[:40], note[:120], 2, name[:40])
    yield "returned", handover.returned(name[:40], 2, True)
    yield "unknown to hand over", handover.unknown(note[:120])
    idle = [handover.Idle(LARGE, name[:40], note[:60], "经济困难型", "A", 9999, name[:40])] * 8
    yield "pool", handover.pool(idle, 99999, 500, 8, rows, 3650, note[:100])
    yield "empty pool", handover.pool([], 0, 0, 8, [], 90)
    yield "no pool", handover.no_pool()
    yield "claimed", handover.claimed(name[:40], "0123456789ab", LARGE)
    yield "claimed from", handover.claimed_from(name[:40], name[:40], 9999)
    yield "pooled", handover.pooled(name[:40], 9999)
    yield "ask leave", handover.ask_leave(9999)
    yield "left", handover.left()
    yield "colleague left", handover.colleague_left(name[:40], LARGE, 9999)
    yield "ask out", handover.ask_out(one)
    yield "removed", handover.removed()
    open_ = [people.Invitation(LARGE, "manager", name[:60], name[:40], datetime(2027, 12, 31, tzinfo=UTC))] * 40
    yield "open invitations", people.ask_invite(True, open_)


def _unpromised(row: DueCustomer) -> DueCustomer:
    return DueCustomer(**{key: getattr(row, key) for key in DueCustomer.__slots__ if key != "promises"})


def _occasions(name: str, note: str) -> Iterator[tuple[str, Card]]:
    ahead = [occasions.Ahead(occasion(kind, note, at), name[:40]) for at, kind in enumerate(load_kinds().all)]
    yield "reminders", occasions.listing(ahead[: occasions.PAGE], 99, 5, TODAY, ahead[0])
    yield "no reminders", occasions.listing([], 0, 0, TODAY)
    yield "own set", occasions.set_own(ahead[6], TODAY)
    yield "own not understood", occasions.ask_own()
    options = [(TODAY.replace(day=day), f"n:on:{LARGE}:202611{day}") for day in (23, 24, 30)]
    yield "which day", occasions.which(note[:30], TODAY, options, TODAY)
    groups = [(zh, "祝您一切都好。" * 8, [name[:40]] * 200) for zh in load_festivals().tones.values()]
    yield "festival", occasions.festival("中秋", TODAY, groups, LARGE, TODAY)
    facts = dict.fromkeys(occasions.FACTS, "农历闰腊月廿九")
    yield "dates", occasions.dates(name[:40], LARGE, facts, dict.fromkeys(facts, date(2027, 12, 31)), TODAY, "记下了")
    yield "no dates", occasions.dates(name[:40], LARGE, {}, {}, TODAY)
    for fact in occasions.FACTS:
        yield f"ask {fact}", occasions.ask_day(name[:40], fact)
        yield f"bad {fact}", occasions.bad_day(fact)
    yield "calendars", occasions.calendars("renewal_on", LARGE, ("08-15", "8月15日"), ("L08-15", "农历八月十五"))
    yield "trade", occasions.trade(name[:40], LARGE, SYSTEMS.facts["trade"])
    yield "served", occasions.served("工厂", note[:200], date(2027, 12, 31), TODAY)


def _quizzes(name: str, note: str) -> Iterator[tuple[str, Card]]:
    whom, place = quizzes.Whom(LARGE, name[:40]), quizzes.Place(LARGE, LARGE)
    yield "no customers to test", quizzes.choose([])
    yield "whom to test", quizzes.choose([(LARGE + at, name[:40]) for at in range(10)])
    for one in (whom, quizzes.Whom()):
        who = "customer" if one.id else "oneself"
        tests = [found for id in SYSTEMS.tested if (found := SYSTEMS.test(id))]
        choices = [
            quizzes.Choice(system, 30, at=30, last="老虎 + 孔雀 + 考拉", on=date(2020, 1, 1)) for system, _ in tests
        ]
        yield f"menu of {who}", quizzes.menu(one, choices, TODAY)
        for system, test in tests:
            for item in test.items:
                sheet = questionnaire.Sheet({item.id: item.options[0].key}, item.id)
                yield (
                    f"item {system.id} {item.id}{'' if one.id else ' self'}",
                    quizzes.asking(sheet, item, test, system, one, place),
                )
            yield f"paused {system.id} {who}", quizzes.paused(7, 30, system, one, place)
            for at, sheet in enumerate(_sheets(test)):
                found = questionnaire.score(test, sheet, "customer" if one.id and "customer" in test.whom else "self")
                shown = (found, test, system, one, place)
                if found.enough:
                    picture = quizzes.result(*shown, on=date(2020, 1, 1), today=TODAY)
                    yield from _picture(f"result {system.id} {who} {at}", picture)
                    rows = [(LARGE, date(2020, 1, 1), found)] * 10
                    yield f"history {system.id} {who} {at}", quizzes.history(rows, system, one, TODAY)
                else:
                    yield f"withheld {system.id} {who} {at}", quizzes.withheld(found, system, one, place)
            yield f"no history {system.id} {who}", quizzes.history([], system, one, TODAY)


def _sheets(test: questionnaire.Questionnaire) -> Iterator[questionnaire.Sheet]:
    """Ticked in every way that is read differently: the same key throughout, one sum high, many blank."""
    for key in [option.key for option in test.items[0].options]:
        yield questionnaire.Sheet({item.id: key for item in test.items}, "")
    for sum in test.sums:
        best = {item.id: max(item.options, key=lambda o: o.points).key for item in test.items if item.sum == sum}
        least = {item.id: min(item.options, key=lambda o: o.points).key for item in test.items if item.sum != sum}
        yield questionnaire.Sheet({**best, **least}, "")
        yield questionnaire.Sheet({**dict.fromkeys(best), **least}, "")
    yield questionnaire.Sheet({}, "")


def _drafts(name: str, note: str) -> Iterator[tuple[str, Card]]:
    draft = note[:LONGEST_DRAFT]
    kind = SYSTEM.type("sentimental")
    reader = wording.Reader(LARGE, name[:40], kind.zh, tuple(TALK.fill(kind.card.dont[:2])))
    taboos = list(load_lists().taboos.values())
    wordy = sorted(taboos, key=lambda row: len(row.why) + len(row.better))[-MOST:]
    for listed in (True, False):
        spans = (
            tuple((at, min(at + 60, len(draft))) for at in range(0, len(draft), 61)) if listed else ((0, len(draft)),)
        )
        swaps = (
            tuple((right, right) for taboo in wordy for swap in taboo.swap[:1] for right in swap[1:2]) * 3
            if listed
            else ()
        )
        found = [Finding(taboo, spans, listed, swaps) for taboo in wordy]
        better = Reworded(draft[:450], tuple((draft, draft) for _ in wordy))
        for whom in (reader, wording.Reader(LARGE, name[:40]), wording.Reader(name=name[:40], several=True)):
            yield f"draft {listed} {whom.id} {whom.type_zh}", wording.checked(draft, found, whom)
            yield f"reworded {listed} {whom.id} {whom.type_zh}", wording.checked(draft, found, whom, better)
    yield "clean draft", wording.checked(draft, [], reader)
    for whom_for in ("", name[:40]):
        yield f"ask draft {bool(whom_for)}", wording.ask_draft(whom_for)
        yield f"ask changed {bool(whom_for)}", wording.ask_changed(whom_for)
    yield "not yours", wording.not_yours()
    yield "no draft", wording.no_draft()
    yield "foreign draft", wording.foreign()
    yield "draft too long", wording.too_long()


def _facets(name: str, note: str) -> Iterator[tuple[str, Card]]:
    scenes, conflicts = load_scenes(SYSTEMS), load_conflicts()
    widest = max(conflicts, key=lambda conflict: len(conflict.zh))
    for scene in scenes.values():
        rows = [
            Facet(system, kind=max(system.types.values(), key=lambda kind: len(kind.zh)), why=note, p=0.99)
            for system in map(SYSTEMS.catalogue, scene.systems)
        ]
        yield f"facets {scene.id}", facets.overview(name, LARGE, scene, rows, [widest] * 9, 99)
        bare = [Facet(row.system) for row in rows]
        yield f"facets {scene.id} unknown", facets.overview(name, LARGE, scene, bare, (), 0)
    known = [(fact, note[:200], "12月31日 周四") for fact in SYSTEMS.facts.values()]
    yield "facts", facets.known(name, LARGE, known)
    kept = [fact for fact in SYSTEMS.facts.values() if fact.on_card]
    yield "facts with those of the card", facets.known(name, LARGE, known, kept)
    yield "no facts", facets.known(name, LARGE, (), kept)
    yield "no facts at all", facets.known(name, LARGE, ())
    for fact in kept:
        yield f"fill {fact.id}", facets.fill(name, LARGE, fact, fact.said(10**12))
        yield f"fill {fact.id} anew", facets.fill(name, LARGE, fact, "")
    noted = facets.noted([(fact.zh, note[:200], note[:200]) for fact in SYSTEMS.facts.values()])
    yield "figures noted", prospects.whole(view(name, note), TODAY, noted)
    for system in map(SYSTEMS.catalogue, ("account_level", "spend_tier")):
        for fact in SYSTEMS.facts.values():
            yield f"ask {system.id} {fact.id}", facets.ask(name, LARGE, system, fact)
            yield f"not understood {fact.id}", facets.not_understood(fact)
    yield "scenes", settings.scenes(scenes, "store")
    for count in (2, 200):
        rows = [facets.Ranked(name, 1e9, 1 / count, at / count, "关键") for at in range(count)]
        yield from _picture(f"abc of {count}", facets.ranking(rows, (0.8, 0.95), 999))
    yield "no abc", facets.unranked()
    titles = {kind.id: kind.zh for kind in SYSTEMS.catalogue("loyalty_power").types.values()}
    for count in (1, 99):
        yield from _picture(f"map of {count}", facets.quadrant({id: [name] * count for id in titles}, titles, 99))


def _picture(name: str, picture: Picture) -> Iterator[tuple[str, Card]]:
    """The words of a picture, and what stands below it."""
    assert units(picture.alt) <= CAPTION_LIMIT
    yield name, picture.words
    if picture.fits:
        assert units(visible(picture.caption.text)) <= CAPTION_LIMIT
        yield f"{name} caption", picture.caption


def _briefs(name: str, note: str) -> Iterator[tuple[str, Card]]:
    lines = (note[:300],) * 4
    full = prep.brief(
        prep.Brief(
            LARGE,
            name,
            name,
            "A 级",
            "敏感多疑型",
            0.99,
            note,
            ("采购人角色：主人翁型",) * 4,
            lines[:2],
            lines[:3],
            note,
            lines,
            lines[:1],
            "开" * 120,
            ("问" * 120,) * 3,
            ("答" * 120,) * 2,
            "收" * 120,
            "兼" * 120,
            ("细" * 60,) * 5,
            (note[:200],) * 2,
        )
    )
    yield "brief", full
    yield "brief ahead", prep.ahead(full, LARGE, date(2027, 12, 31), time(15, 30), note[:200], TODAY)
    yield "empty brief", prep.brief(prep.Brief(LARGE, name))
    yield "offer of a brief", prep.check(LARGE)


def _imports(name: str, note: str) -> Iterator[tuple[str, Card]]:
    known = fields(SYSTEMS, "behavior")
    met = Met(
        999, 999, 999, 999, tuple(f"第 {n} 行 {name[:24]}：和已有的“{name[:24]}”同名，电话不一样" for n in range(5))
    )
    view = imports.ListView(
        id=LARGE,
        name=name + note[:60],
        cells=tuple(f"{note[:38]}{n}" for n in range(MOST_COLUMNS)),
        columns=("name", *["notes"] * 120, *[""] * 79),
        meant=("称呼", *["备注"] * 120, *[""] * 79),
        rows=MOST_ROWS,
        good=MOST_ROWS - 1,
        lost=99,
        left=99,
        faults=tuple((99_999, note[:40], f"“{note[:24]}” 不是 A、B、C、D {note[:200]}") for _ in range(60)),
        fault_count=10**6,
        rough=((note[:38], note[:24], "约 12345678.75 万元"),) * 3,
        rough_count=10**6,
        first=((name[:24],) * 5,) * 3,
        others=(note[:31],) * 20,
        met=met,
        owner=name[:60],
        choice=True,
    )
    result = {"new": MOST_ROWS, "known": MOST_ROWS, "skipped": MOST_ROWS, "merged": MOST_ROWS, "left": MOST_ROWS}
    yield "list", imports.preview(view)
    yield "list without names", imports.preview(replace(view, columns=("",) * MOST_COLUMNS, owner=""))
    yield "list of nobody yet", imports.preview(replace(view, owner=""))
    yield "columns", imports.columns(view, 1)
    for page in range(6):
        yield f"column {page}", imports.column(view, 199, known, page)
    yield "owners", imports.owners(view, [(LARGE, name[:60])] * 40, 1)
    yield "doubles", imports.doubles(view, met, "good")
    yield "taken", imports.done(view.name, result, name[:60])
    yield "given", imports.given(name[:60], view.name, result)
    yield "taking", imports.taking(MOST_ROWS, MOST_ROWS)
    yield "reading", imports.reading(view.name)
    yield "looking", imports.looking()
    yield "list refused", imports.refused(note[:300])
    yield "list too large", imports.too_large()
    yield "list not fetched", imports.not_fetched()
    yield "list dropped", imports.dropped(view.name)
    yield "exporting", exports.writing(MOST_ROWS, MOST_ROWS)
    yield "exported", exports.written(MOST_ROWS, everybodys=False, people=999)


def _general(name: str, note: str) -> Iterator[tuple[str, Card]]:
    until = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
    for role in people.ROLES:
        yield f"help {role}", people.help_text(role)
        yield f"welcome {role}", people.welcome(name[:40], role, name[:40])
        yield f"invited {role}", people.invited(f"https://t.me/{'b' * 32}?start={'c' * 24}", role, name[:40], until)
    for kind in people.TEXT_ONLY:
        yield f"text only {kind}", people.text_only(kind)
    last = hours.pushes([(until, kind) for kind in hours.COMING], (until, "uncertain"), date(2027, 12, 31))
    for zone in settings.ZONES:
        away = hours.span(date(2027, 12, 30), date(2028, 12, 31), TODAY)
        told = settings.Settings(
            "08:30", "18:00", ("21:00", "08:00"), 720, zone, away, "汽车与大宗", drill=True, dark=True, pushes=last
        )
        yield f"settings {zone}", settings.settings(told)
        for what in settings.ASKED:
            yield f"settings {what} {zone}", settings.page(what, told)
    for what in settings.ASKED:
        yield f"ask {what}", settings.ask(what)
        yield f"unread {what}", settings.unread(what)
    yield "unknown setting", settings.unknown()
    yield "stranger", people.stranger()
    yield "hello", people.hello(name[:40])
    yield "bad invite", people.bad_invite()
    yield "own invite", people.own_invite()
    yield "ask invite", people.ask_invite(may_admin=True)
    yield "cancelled", people.cancelled(reminders.moved(name[:40], date(2027, 12, 31), TODAY))
    yield "no words", people.no_words()
    yield "too long", people.too_long(LONGEST_TEXT)
    yield "foreign", people.foreign()
    yield "a number where nothing is asked", people.no_choice_waits()
    yield "polite", people.polite(asked=False)
    yield "polite while a question waits", people.polite(asked=True)
    yield "a sentence about a customer", told_cards.offered("王建国", "爱喝龙井", 7)
    yield (
        "a sentence that may answer",
        told_cards.offered("王建国", "还了3万", 7, told_cards.not_so_much("8600 元"), answer=True),
    )
    yield "more than was owed", told_cards.offered("王建国", "还了3万", 7, told_cards.not_so_much(""))
    namesakes = [(1, "华鑫建材"), (2, "0001")]
    yield "a sentence about one of several", told_cards.whom("王建国", "欠款3万", 7, namesakes, answer=True)
    yield "a correction", told_cards.whose("李工", "不是拍桌子 是拍大腿", 7, 6)
    yield "a correction of nobody named", told_cards.whose("", "不是拍桌子 是拍大腿", 7, 6)
    yield "a sentence that was kept", told_cards.settled("王建国", "爱喝龙井", "记在备注里")
    yield "something else still waits", people.still_waiting("下次联系日期")
    yield "unknown command", people.unknown_command()
    yield "trouble", people.trouble("A1B2C3")
    for kind in alarms.ALARMS:
        yield f"alarm {kind}", alarms.alarm(kind, 10**6, until)
        yield f"over {kind}", alarms.over(kind, until, until)
    yield "no room", alarms.no_room()
    yield "gone", alarms.gone(name[:40])
    for removed, morning in ((True, True), (True, False), (False, True), (False, False)):
        yield f"lost group {removed} {morning}", alarms.lost_group(name[:60], removed=removed, morning=morning)
    yield "lost group without a name", alarms.lost_group("", removed=True, morning=True)
    troubles = {(state, cause): 10**6 for state in ("uncertain", "failed") for cause in people.CAUSES}
    yield (
        "health",
        people.health(
            open_=[(kind, 10**6, until) for kind in alarms.ALARMS],
            ticked=10**6,
            processes=16,
            last=(until, until, 10**6),
            coming=(until, 10**6),
            waiting=10**6,
            pause=until,
            troubles=troubles,
            unreachable=[name[:40]] * 300,
            free=10**6,
        ),
    )
    nothing = {"last": None, "coming": None, "pause": None, "ticked": None, "free": None}
    quiet = {"open_": (), "processes": 1, "waiting": 0, "troubles": {}, "unreachable": ()}
    yield "health of a new bot", people.health(**nothing, **quiet)
