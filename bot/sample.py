"""The demo's sample team: two reps, a manager, a dozen customers with history. Written relative to a given day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.sandbox import SandboxPerson
from knowledge import drill
from knowledge.calendar import is_working, working_from
from knowledge.drill import RECOGNISE, REPLY, Drill, Key, Place
from knowledge.repetition import Outcome, reviewed
from knowledge.rules import Value
from knowledge.text import digits, key
from store import facts, people, practice, prospects, reminders, visits
from store.tables import Person, Prospect, Visit

TZ = "Asia/Shanghai"
TEAM = "城东一组"
PEOPLE = (
    SandboxPerson(id=1001, first_name="小李", username="xiaoli", role="销售", color="#2f7fd1", started=True),
    SandboxPerson(id=1002, first_name="小周", username="xiaozhou", role="销售", color="#3a9d5d", started=True),
    SandboxPerson(id=1003, first_name="陈主管", username="chen", role="主管", color="#b5642a", started=True),
)
ROLES = {1001: "rep", 1002: "rep", 1003: "manager"}


@dataclass(frozen=True, slots=True)
class Sample:
    """One customer: `due` in days from today, `visits` as (days ago, method, note). What falls on a day off comes on
    the next working day.
    """

    owner: int
    name: str
    company: str
    phone: str
    grade: str
    type: str
    p: float
    why: tuple[str, ...]
    due: int
    next_step: str
    visits: tuple[tuple[int, str, str], ...]
    promise: tuple[int, str] | None = None


SAMPLES = (
    Sample(
        1001,
        "王建国",
        "华鑫建材",
        "13800010001",
        "A",
        "analytical",
        0.86,
        ("“把三家的检测报告摊开对着看”",),
        1,
        "带隔音检测报告原件",
        ((8, "visit", "看了样窗，问了三家的隔音数据，要原始报告"), (21, "phone", "约了第一次上门")),
        (1, "送检测报告，谈安装周期"),
    ),
    Sample(
        1001,
        "刘芳",
        "悦家民宿",
        "13800010002",
        "A",
        "hesitant",
        0.79,
        ("“白色灰色来回换了四次”",),
        -2,
        "给两个方案，帮她定一个",
        ((9, "wechat", "发了两套配色，还没定"), (16, "visit", "量了八间房的尺寸")),
    ),
    Sample(
        1001,
        "赵大海",
        "海鲜排档",
        "13800010003",
        "B",
        "bargainer",
        0.91,
        ("“隔壁只要六百八”",),
        0,
        "准备安装赠品方案",
        ((14, "phone", "拿隔壁的价来压，问送不送纱窗"),),
    ),
    Sample(
        1001,
        "孙老师",
        "",
        "13800010004",
        "B",
        "silent",
        0.83,
        ("“问一句答一句”",),
        2,
        "",
        ((12, "visit", "看样时基本没说话，只摸了摸把手"),),
    ),
    Sample(
        1001,
        "钱总",
        "钱氏置业",
        "13800010005",
        "C",
        "arrogant",
        0.72,
        ("“让你们老板来谈”",),
        9,
        "请经理一起去",
        ((21, "visit", "只给了十分钟，没坐下"),),
    ),
    Sample(
        1001,
        "周阿姨",
        "",
        "13800010006",
        "",
        "talkative",
        0.88,
        ("“从门窗聊到孙子上学”",),
        4,
        "",
        ((10, "phone", "聊了四十分钟，最后说周末来看"),),
    ),
    Sample(
        1002,
        "吴涛",
        "吴涛装饰",
        "13800020001",
        "A",
        "shrewd",
        0.77,
        ("“你们这套路我做装修的还不清楚”",),
        0,
        "谈长期合作价",
        ((7, "visit", "要走渠道价，懂行"),),
    ),
    Sample(
        1002,
        "郑小姐",
        "",
        "13800020002",
        "B",
        "impulsive",
        0.69,
        ("“一眼看上就说要这个”",),
        -5,
        "趁热约量尺",
        ((19, "visit", "进门十分钟就选好了款"),),
    ),
    Sample(
        1002,
        "冯经理",
        "锦程酒店",
        "13800020003",
        "A",
        "methodical",
        0.84,
        ("“一条一条对着清单勾”",),
        3,
        "按清单补齐资料",
        ((4, "visit", "给了一张二十项的清单"),),
        (3, "补齐清单上的五项资料"),
    ),
    Sample(
        1002,
        "何先生",
        "",
        "13800020004",
        "C",
        "cash_strapped",
        0.81,
        ("“手头紧，想缓两个月”",),
        14,
        "问分期能不能批",
        ((16, "phone", "喜欢，但要等年底奖金"),),
    ),
    Sample(
        1002,
        "沈姐",
        "沈记烘焙",
        "13800020005",
        "D",
        "complaining",
        0.75,
        ("“上一家装完漏风，找谁都不管”",),
        30,
        "",
        ((31, "phone", "先听她讲了半小时上一家的事"),),
    ),
    Sample(1002, "韩工", "", "13800020006", "", "", 0.0, (), 1, "", ((13, "phone", "朋友介绍的，还没见面"),)),
)


# What is known of them, by name: enough for the table by revenue, the four fields of loyalty and buying power, and the
# lists of who owes us something and who has points.
_SURE, _WAVERING = {"repeat_share": 9, "stays": True}, {"repeat_share": 2, "stays": False}
KNOWN: Mapping[str, Mapping[str, Value]] = {
    "王建国": {"revenue": 480_000, "potential": "big", "close_months": 3, "has_system": False, **_SURE},
    "刘芳": {"revenue": 120_000, "potential": "small", "close_months": 3, "debt": 20_000, **_SURE},
    "赵大海": {"revenue": 36_000, "potential": "small", "debt": 8_600, **_WAVERING},
    "孙老师": {"points": 860},
    "钱总": {"revenue": 0, "potential": "big", **_WAVERING},
    "周阿姨": {"points": 1_200},
    "吴涛": {"revenue": 310_000, "potential": "big", "debt": 45_000, **_WAVERING},
    "冯经理": {"revenue": 560_000, "potential": "big", "close_months": 2, "has_system": True, **_SURE},
    "沈姐": {"revenue": 18_000, "potential": "small", "points": 2_600, **_SURE},
}

# What they have practised: on the last so many working days; what is remembered of it, reviewed on the first of them.
DRILLED: Mapping[int, int] = {1001: 2, 1002: 1}
REMEMBERED: Mapping[int, Mapping[Key, Outcome]] = {
    1001: {
        Key(RECOGNISE, "behavior", "hesitant"): "again",
        Key(REPLY, "behavior", "hesitant"): "hard",
        Key(RECOGNISE, "behavior", "talkative"): "good",
    },
    1002: {Key(RECOGNISE, "behavior", "shrewd"): "again"},
}
PUT_ASIDE: Mapping[int, Place] = {1001: Place("behavior", "arrogant")}
THEME = Place("behavior", "bargainer")


def fill(session: Session, now: datetime) -> None:
    """Put the sample team into an empty database."""
    today = now.astimezone(ZoneInfo(TZ)).date()
    team = people.team_named(session, TEAM)
    owners = {}
    for one in PEOPLE:
        owners[one.id] = people.join(
            session,
            telegram_id=one.id,
            name=one.first_name,
            role=ROLES[one.id],
            team_id=team.id,
            tz=TZ,
            push_at="08:30",
            now=now,
        )
        owners[one.id].pushed_at = now
        people.plan(owners[one.id], now)
    for sample in SAMPLES:
        _add(session, sample, owners[sample.owner], now, today)
    for id, days in DRILLED.items():
        _practised(session, owners[id], days, now, today)
    manager, monday = owners[1003].id or 0, today - timedelta(days=today.weekday())
    practice.set_theme(session, team_ids=[team.id or 0], monday=monday, place=THEME, person_id=manager, now=now)


def _practised(session: Session, owner: Person, days: int, now: datetime, today: date) -> None:
    """One drill on each of the last working days."""
    me = owner.id or 0
    past = [day for back in range(1, 30) if is_working(day := today - timedelta(days=back))][:days]
    for day in reversed(past):
        at = now - (today - day)
        row = practice.begin(session, person_id=me, on=day, state=drill.dump(Drill(())), now=at)
        practice.advance(session, row, drill.dump(Drill(())), answered=len(drill.SLOTS), done=True, now=at)
    first = now - (today - past[-1])
    for item, outcome in REMEMBERED[owner.telegram_id].items():
        practice.remember(session, me, item, reviewed(None, outcome, first))
    if owner.telegram_id in PUT_ASIDE:
        practice.put_aside(session, me, PUT_ASIDE[owner.telegram_id], now)


def _add(session: Session, sample: Sample, owner: Person, now: datetime, today: date) -> None:
    row = prospects.add(
        session,
        Prospect(
            owner_id=owner.id or 0,
            name=sample.name,
            name_key=key(sample.name),
            company=sample.company,
            phone=sample.phone,
            phone_key=digits(sample.phone),
            grade=sample.grade,
            type_id=sample.type,
            type_p=sample.p,
            type_by="inferred" if sample.type else "",
            type_why="\n".join(sample.why),
            type_at=now if sample.type else None,
            next_step=sample.next_step,
            next_contact_on=_on(today, sample.due),
            last_contact_at=now - timedelta(days=min(ago for ago, _, _ in sample.visits)),
            created_at=now - timedelta(days=40),
            updated_at=now,
        ),
    )
    for ago, method, note in sample.visits:
        at = now - timedelta(days=ago)
        visits.log(session, Visit(prospect_id=row.id or 0, person_id=owner.id or 0, at=at, method=method, note=note))
    for fact, value in KNOWN.get(sample.name, {}).items():
        facts.keep(session, row.id or 0, fact, value, today)
    if sample.promise:
        away, what = sample.promise
        on = _on(today, away)
        reminders.promise(session, prospect_id=row.id or 0, person_id=owner.id or 0, on=on, what=what, now=now)


def _on(today: date, away: int) -> date:
    day = today + timedelta(days=away)
    return working_from(day) if away > 0 else day
