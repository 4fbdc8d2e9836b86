"""The demo's sample team at work: colleagues whose phones nobody holds, and what everybody did these weeks.

With it the manager's board, the funnel and what works have something to show. Tests do without, where the sample
team itself (`bot/sample.py`) is enough.
"""

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from bot.sample import TEAM, TZ
from bot.sandbox import SandboxPerson
from knowledge.calendar import is_working
from knowledge.interview import OPEN, Interview, Phase, Turn, dump
from knowledge.stages import order, won
from knowledge.systems import PRIMARY, Catalogue, System
from knowledge.text import key
from knowledge.worth import lines
from store import facts, interviews, people, prospects, stages, verdicts, visits
from store.tables import Person, Prospect, Visit

NAMES = ("小吴", "小郑", "小何")  # the first does well, the second has too much to do, the third is new
PEOPLE = tuple(
    SandboxPerson(id=1100 + number, first_name=name, username=f"mate_{number}", started=True, listed=False)
    for number, name in enumerate(NAMES)
)
SURNAMES = "蒋沈韩杨朱秦许吕张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛范彭郎鲁韦昌马苗凤花方俞任袁柳"
TITLES = ("总", "姐", "哥", "老师", "经理", "师傅", "老板")
TYPES = ("hesitant", "bargainer", "analytical", "silent", "methodical", "talkative", "shrewd", "impulsive")
NOTES = ("电话问了进度", "微信发了报价", "上门看了现场", "电话聊了安装时间", "微信发了样板照片")
METHODS = ("phone", "wechat", "visit", "phone", "wechat")
SAID = {  # what somebody would write of a customer of such a type before an interview
    "hesitant": "看了三回还在白色和灰色之间换来换去，说再想想",
    "bargainer": "价钱问了三遍，还要我送安装",
    "analytical": "把三家的参数抄下来，一项一项对着问",
    "silent": "问三句才回一句，一直低头看样品",
    "methodical": "拿着清单一条一条勾，问完才往下走",
    "talkative": "从装修聊到孩子上学，聊了一个小时没说到正题",
    "shrewd": "自己就是做这行的，张口就问渠道价",
    "impulsive": "进门十分钟一眼看中，当场就要下单",
}
# Of each: customers by grade, days until the next contact of each in turn, contacts of this week and of the last,
# interviews of this week and of the last.
TEAMS = {
    "小吴": ("AAABBBBCCD", (2, 5, 1, 0, 3, 4, 8, 2, 9, 20), 9, 7, 4, 3),
    "小郑": ("AAAABBBBBCCCDD", (-4, -1, 0, -2, 1, -6, 3, 0, -3, 5, 9, 2, 12, 25), 4, 8, 1, 3),
    "小何": ("BBCC", (1, 0, 4, 3), 3, 0, 5, 0),
    "小李": ("BC", (6, 11), 4, 5, 2, 1),
    "小周": ("BC", (4, 12), 3, 3, 1, 2),
}
PATHS = (  # stages that a customer went through, with how many days ago each began
    (("potential", 50), ("target", 31), ("near", 12), ("deal", 1)),
    (("potential", 44), ("target", 20), ("near", 6)),
    (("potential", 33), ("target", 9)),
    (("potential", 25),),
    (("target", 40), ("near", 22), ("deal", 9)),
    (("near", 30), ("target", 14)),
    (("deal", 60), ("loyal", 18)),
)
JUDGED = (
    ("hesitant", 0, 9, 1),
    ("hesitant", 3, 2, 1),
    ("bargainer", 1, 3, 7),
    ("bargainer", 4, 10, 2),
    ("silent", 0, 3, 0),
)


def work(session: Session, system: System, stage_system: Catalogue, now: datetime) -> None:
    """Add them and their weeks to the sample team; always the same for the same day."""
    dice, today = random.Random(7), now.astimezone(ZoneInfo(TZ)).date()  # noqa: S311 - a sample, not a secret
    team = people.team_named(session, TEAM)
    for one in PEOPLE:
        member = people.join(
            session,
            telegram_id=one.id,
            name=one.first_name,
            role="rep",
            team_id=team.id,
            tz=TZ,
            push_at="08:30",
            now=now,
        )
        member.next_push_at = None  # nobody would read it
    session.flush()
    surnames = iter(SURNAMES)
    for number, (name, (grades, due, this_week, last_week, judged, judged_before)) in enumerate(TEAMS.items()):
        owner = session.exec(select(Person).where(col(Person.name) == name, col(Person.team_id) == team.id)).one()
        rows = [
            _customer(session, owner, next(surnames) + dice.choice(TITLES), grade, today, days, now, dice)
            for grade, days in zip(grades, due, strict=True)
        ]
        monday = today - timedelta(days=today.weekday())
        for begins, many in ((monday, this_week), (monday - timedelta(days=7), last_week)):
            _contacts(session, owner, rows, begins, many, now, dice)
        for begins, many in ((monday - timedelta(days=7), judged_before), (monday, judged)):
            _interviews(session, owner, rows, begins, many, now)
        for row, path in zip(rows, PATHS[number:] + PATHS[:number], strict=False):
            _went(session, row, owner, path, order(stage_system), now, today)
    _judge(session, system, now)


def _customer(
    session: Session, owner: Person, name: str, grade: str, today: date, days: int, now: datetime, dice: random.Random
) -> Prospect:
    type = dice.choice(TYPES)
    due = today + timedelta(days=days)
    while days >= 0 and not is_working(due):
        due += timedelta(days=1)
    row = Prospect(
        owner_id=owner.id or 0,
        name=name,
        name_key=key(name),
        grade=grade,
        type_id=type,
        type_p=round(dice.uniform(0.6, 0.9), 2),
        type_by="inferred",
        type_at=now,
        next_contact_on=due,
        created_at=now - timedelta(days=70),
        updated_at=now,
    )
    return prospects.add(session, row)


def _contacts(
    session: Session,
    owner: Person,
    rows: Sequence[Prospect],
    begins: date,
    many: int,
    now: datetime,
    dice: random.Random,
) -> None:
    """So many contacts in a week, those of this week no later than now."""
    for number in range(many):
        at = _by_then(begins, number, dice.choice((5, 20, 40)), now)
        row, kind = rows[number % len(rows)], dice.randrange(len(NOTES))
        visit = Visit(prospect_id=row.id or 0, person_id=owner.id or 0, at=at, method=METHODS[kind], note=NOTES[kind])
        visits.log(session, visit)
        row.last_contact_at = max(row.last_contact_at or at, at)


def _interviews(
    session: Session, owner: Person, rows: Sequence[Prospect], begins: date, many: int, now: datetime
) -> None:
    """So many interviews in a week, each about one of the customers and led to its result."""
    for number in range(many):
        row, at = rows[number % len(rows)], _by_then(begins, number, 50, now)
        turn = Turn(OPEN, text=SAID[row.type_id])
        state = dump(Interview(PRIMARY, Phase.RESULT, asking=None, turns=(turn,)))
        interviews.begin(
            session,
            person_id=owner.id or 0,
            name=row.name,
            prospect_id=row.id,
            state=state,
            now=at,
            open=False,
        )


def _by_then(begins: date, number: int, minute: int, now: datetime) -> datetime:
    """A moment of a week that begins on that day, no later than now."""
    at = datetime.combine(begins + timedelta(days=number % 5), time(9 + number % 8, minute), ZoneInfo(TZ))
    while at > now:
        at -= timedelta(days=1)
    return at


def _went(
    session: Session,
    row: Prospect,
    owner: Person,
    path: Sequence[tuple[str, int]],
    stages_: Sequence[str],
    now: datetime,
    today: date,
) -> None:
    was = ""
    for stage, ago in path:
        first = won(stages_, {"orders": 0} if was else {}, was, stage)
        stages.enter(
            session,
            prospect_id=row.id or 0,
            person_id=owner.id or 0,
            stage=stage,
            order=stages_,
            won=first,
            now=now - timedelta(days=ago),
        )
        was = stage
    for fact, value in {
        "orders": {"deal": 1, "loyal": 3}.get(was, 0),
        "recommends": was == "loyal",
        "asked_terms": was == "near",
        "need_confirmed": was == "target",
    }.items():
        facts.keep(session, row.id or 0, fact, value, today)


def _judge(session: Session, system: System, now: datetime) -> None:
    """What they said of lines that they tried."""
    everybody = session.exec(select(Prospect).where(col(Prospect.type_id) != "").order_by(col(Prospect.id))).all()
    for type, line, helped, useless in JUDGED:
        kind = system.types[type]
        for number, row in enumerate(everybody[: helped + useless]):
            verdicts.say(
                session,
                person_id=row.owner_id,
                prospect_id=row.id or 0,
                system=PRIMARY,
                type_id=type,
                line=lines(kind)[line].key,
                helped=number < helped,
                now=now - timedelta(days=10),
            )
