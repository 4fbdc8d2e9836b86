"""What is promised to a customer for a day: whether it is a visit, and whether a note says no more than that.

A note is only a plan where it begins with a day to come and nothing in it happened: 明天去他厂里. 约好明天去 tells of a
contact in which that was agreed. 准备请他吃饭 is a plan on no day (`undated`). 12月30号去了, written in November, tells
of something done on a day to come, which cannot be: it is `odd`. 23号去了 and 周一去的 tell of the last such day, which
has just been (`behind`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from knowledge import dates
from knowledge.calendar import working_before
from knowledge.dates import Found

_VISIT = re.compile(
    r"上门|拜访|见面|面谈|当面|到店|来店|进店|看现场|去现场|工地|参观|演示|签约|签合同|吃饭|喝茶|去一趟|过去|约(?:好|了|在)|去(?:他|她|见|看|找)"
)

_HOUR = re.compile(r"\d\d:\d\d ")

OURS, AGREED, HEARD = "ours", "agreed", "heard"


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise: `reminder` and `customer` are ids; `at` is a local hour, `part` a part of the day such as 下午."""

    reminder: int
    customer: int
    name: str
    day: date
    what: str
    at: time | None = None
    part: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A day to come in a note: whether it is `OURS` (答应后天发资料), `AGREED` (他说下周五给答复), or only `HEARD` of.

    `what` are the words of its clause without the day, `said` with it, as they can be read on any day; on a day of
    `contact` we are to be in touch.
    """

    found: Found
    whose: str
    what: str
    said: str
    contact: bool = False


def since(today: date, days: Mapping[date, bool] | None = None) -> date:
    """The first day whose promises an evening asks about: days off before today had no evening of their own."""
    return working_before(today - timedelta(days=1), days) + timedelta(days=1)


def is_visit(what: str) -> bool:
    """Whether the words of a promise are about seeing the customer."""
    return _VISIT.search(what) is not None


def is_visit_without_hour(said: str) -> bool:
    """Whether a promise, as a day's list says it (15:00 送样册), is a visit at no stated hour."""
    return _HOUR.match(said) is None and is_visit(said)


# --- notes that tell of a plan ----------------------------------------------------------------------------------------

LONGEST_PLAN = 100  # characters; a longer note tells more than a plan, and a reminder keeps no more of it
_PIECE = re.compile(r"[，,。；;！!？?\s]+")
_CLAUSE = re.compile(r"[，,。；;！!？?\n]+")
_WHO = r"\W*(?:我们?|咱们?)?"
_INTENT = r"(?:准备|打算|计划|预计|争取|安排|记得|想着?|要|会|得|将)"
_LEAD = re.compile(rf"{_WHO}(?:预?约|先|再|到|等|就|\W)*")
_INTENDED = re.compile(rf"{_WHO}{_INTENT}")
# What we do with a customer; 要下周三交货, 打算月底换设备 are what a customer said.
_OURS = re.compile(r"去|见|拜访|上门|打(?:个|一?个?电话|过去)|约|请|送|带|寄|联系|聊|谈|问|回访|跟进|走动|看看?[他她]")
# What is said of something done. "去了再说" and "聊过去的事" are not: what follows 了 or 过 makes them something else.
_DONE = re.compile(
    r"(?<![为除不])(?<!别忘)了(?![解却以之后])(?!.{0,6}[再就])"
    r"|[聊见谈说看去来打问系访进通碰吃喝送寄发试用量签做提报讲到]过(?![去来年节完])(?!.{0,6}[再就])"
    r"|刚才?(?!好)|已经?|昨[天晚日]|(?<![之以])前[天晚](?!台)|上个?(?:周|礼拜|星期|月)"
)
# What was agreed or said must have been said in a contact, whatever day it is about.
_AGREED = re.compile(
    r"(?:约|说|谈|讲|定|商量|敲)[好定妥]|(?:约|定|确认)了(?!.{0,6}[再就])|约在|定[在到]|改[在到期]|[推延][到期迟]|答应|同意"
)
_SOON = re.compile(r"(?:要|快|该|将|会|能)[^了，,。；;]{1,8}了")  # 要交货了: it is not done yet
_REPORTED = re.compile(
    r"(?:^|(?<![问看给跟和对找到去帮陪请见约等让]))(?:[他她]们?|客户|对方|老板)(?:也|还|就)?(?:说|讲|想|要|让|叫|问|觉得|嫌|没|不|很|有|得|会)"
    r"|聊得|谈得|说是|回复|回话说"
)
# 周一去的, 周一见面聊挺好: done as well, for a day that is named.
_WAS = re.compile(r"(?<![要会能得])[去来见谈聊打签访送看碰][他她]?的$|[聊谈][得挺]")
_CONDITION = re.compile(r"等|一旦|如果|要是|到时|万一")  # 周五等他回来了打给他
_WITH = re.compile(rf"{_WHO}(?:[跟和与陪请给][他她]们?|刚|就|是|在|\W)*")
_BEGINS = {"中午": time(11), "下午": time(12), "傍晚": time(17), "晚上": time(18)}


def planned(note: str, now: datetime) -> Found | None:
    """The day of a note that only says what will be done; None where it tells of a contact too. `now` is local."""
    if len(note) > LONGEST_PLAN or _done(note) or _AGREED.search(note):
        return None
    found = _leading(note, now)
    if found is None or any(_REPORTED.search(clause) for clause in _CLAUSE.split(note[found.end :])[1:]):
        return None
    theirs = _HEARSAY.search(note) is not None and _MINE.search(note) is None and _CONTACT.search(note) is None
    return None if theirs and _OURS.search(note) is None else found


_KIN = "的?(?:儿子|女儿|孩子|小孩|老公|老婆|爱人|媳妇|父母|爸|妈|家人|家里)"
_THEM = rf"(?:[他她]们?|客户|对方)(?!{_KIN})"
_LATER = (
    r"(?:回头|改天|改日|哪天|有空|得空|空了|抽空|[抽找]个?(?:时间|机会)|晚[点些]|过后|以后|下[次回](?!来)"
    r"|过一?阵子?|过段时间)"
)
_SURE = r"(?:正?准备|打算|计划(?![书表单])|争取|记得|别忘了?)"
_WISH = r"(?:想着?|考虑着?|琢磨着?|应该|要(?![求是不么紧])|得(?![知到])|该)"
_ON_NO_DAY = re.compile(rf"{_WHO}(?P<wants>(?:(?:{_LATER}|{_SURE}|{_WISH})[再先也就还\W]*)+)(?![我你他她])")
# What we do to a customer. What they want themselves (想看看样品, 准备换设备, 想约我吃饭) has nobody in its place.
_TO_THEM = re.compile(
    rf"去?(?:[请约见找陪接邀催带到去]|看看?|问问?|拜访|回访|联系|探望|邀请|[跟和帮为]){_THEM}"
    rf"|去?(?:[给送寄发]{_THEM}(?!的)|拜访|回访|登门|跟进)"
)
_QUESTION = re.compile(r"怎么|什么|哪[样些种个儿里]|该不[该改]|[吗呢][?？]?$|[好行]吧")
_IN_VAIN = re.compile(r"没[约见找联]")
_TO_NOBODY_ELSE = re.compile(
    r"上门|打(?:个|一个)?电话|打过去|[送寄带发](?:[点些份个]|一[点些份个])?(?:样|报价|资料|合同|方案|茶|礼|水果)"
)
# They have been heard on it: 想约他见面，没空. 说说新品 is still to come.
_HEARD_ON_IT = re.compile(
    r"[没不](?=[空肯愿想来去要行给见约理]|时间|兴趣|感兴趣|方便)|拒绝|婉拒|推[脱辞掉]|嫌|[太很挺]忙|再说吧|(?<![再说])说(?![说明清]|一?下|服)"
)


def undated(note: str, today: date) -> bool:
    """Whether a note only says what will be done with a customer, and on no day: 准备请他吃饭, 回头给他送样品."""
    if len(note) > LONGEST_PLAN or dates.find(note, today) or dates.over(note):
        return False
    first, *rest = _PIECE.split(note.strip())
    begins = _ON_NO_DAY.match(first)
    if begins is None or _done(note) or any(one.search(note) for one in (_AGREED, _REPORTED, _QUESTION)):
        return False
    if any(_HEARD_ON_IT.search(clause) for clause in rest) or _IN_VAIN.search(first):
        return False
    if re.search(f"{_LATER}|{_SURE}", begins["wants"]):
        return _TO_THEM.search(first) is not None or _TO_NOBODY_ELSE.search(first) is not None
    # 要 and 得 may be what they demand (要店长给他鞠躬), unless we do it to them at once and nothing follows of theirs.
    return _TO_THEM.match(first, begins.end()) is not None and not any(clause[:1] in {"他", "她"} for clause in rest)


def odd(note: str, now: datetime) -> Found | None:
    """The day to come on which a note says that something was done; None where it says no such thing."""
    found = _leading(note, now)
    if found is None:
        return None
    return found if _told_as_done(note[found.end :]) else None


def behind(note: str, today: date) -> Found | None:
    """The day behind us that a note tells of: it begins with one, or with a day that has just been on which something
    was done. None where it tells of today.
    """
    return dates.behind(note, today) or _was(note, today)


def over(note: str, today: date) -> tuple[Found, ...]:
    """The days of a note on which something was done, wherever they stand: they may be read as days to come."""
    days = dates.every(note, today)
    return tuple(one for one in days if one.on > today and _told_as_done(note[one.end :]))


def _was(note: str, today: date) -> Found | None:
    """The last such day, where a note begins with a day (23号, 周一) on which something was done.

    A day that may be today (周三, said on a Wednesday) or was long ago is left to be asked about.
    """
    found = dates.find(note, today)
    begins = _WITH.match(note)
    if found is None or found.either or begins is None or begins.end() < found.start:
        return None
    on: date | None = found.on if found.past else None
    if found.on > today and _told_as_done(note[found.end :]):
        on = dates.earlier(note[found.start : found.end], today)
    if on is None or not 0 < (today - on).days <= dates.BACK:
        return None
    return replace(found, on=on, past=True)


def _told_as_done(rest: str) -> bool:
    """Whether the clause that goes on behind a day tells of something done."""
    clause = _CLAUSE.split(rest.lstrip(" ，,"))[0]
    if _AGREED.search(clause) or _CONDITION.search(clause):
        return False
    return _done(clause) or _WAS.search(clause.split(" ")[0]) is not None


def _done(text: str) -> bool:
    return _DONE.search(_SOON.sub("", text)) is not None


def _leading(note: str, now: datetime) -> Found | None:
    """The day to come that a note begins with, or that stands in a first clause about an intention."""
    found = dates.find(note, now.date()) or dates.hour(note, now.date())
    if found is None or not _to_come(found, now) or _was(note, now.date()):
        return None
    first = _CLAUSE.split(note)[0]
    begins = _LEAD.match(note)
    intended = _INTENDED.match(note) is not None and found.end <= len(first) and _OURS.search(first) is not None
    return found if intended or (begins is not None and begins.end() >= found.start) else None


def _to_come(found: Found, now: datetime) -> bool:
    if found.on != now.date():
        return found.on > now.date()
    return (found.at or _BEGINS.get(found.part, time())) > now.time()


# --- days to come that a note tells of --------------------------------------------------------------------------------

_SHORT = 4  # characters: 听说 and the like, before a blank, belong to what follows
_OTHERS = "他她们户方板总姐哥叔姨工长任理"  # how those end who are not us: 王总答应 is no promise of ours
_MINE = re.compile(
    rf"(?<![{_OTHERS}])(?:答应|承诺)|[给发送带拿寄][给]?[他她](?!说|讲)"
    r"|(?<![给跟和找问让叫等对替帮请])(?:我们?|咱们?)(?=.{0,5}[答去来给把发送带做出打约找寄拿准备要会得])"
)
# The customer's own plans and what is told of them: worth knowing on that day, but nobody waits for us then.
_HEARSAY = re.compile(
    r"听说|听[^，,。；;]{1,5}说|据说|透露|打听到|得知|风声|传言|好像|估计"
    r"|(?:[他她]们?|客户|对方|老板|公司|厂里?|家里|那边|单位)(?:说|讲|也|还|可能|[想是])*"
    r"(?:打算|准备|计划|预计|考虑|有意|有预算|要(?:[换买上装搬扩开招]|采购))"
    r"|(?:[他她]们?|客户|对方|老板).{0,8}(?:结婚|出差|放假|休假|度假|旅游|开业|搬家|装修|住院|手术|出国|生孩子)"
)
_CONTACT = re.compile(
    r"再(?:聊|谈|说|联系|来|约|看|议|打|找|问|去|见|定)|联系|回访|[找约问见][他她]|打给|电话|见面|拜访|上门"
    r"|[过去]去|去[他她]|来[店看]|过来|[给回答]复|回话|回信|找我|约我"
)


@lru_cache(maxsize=64)  # it takes milliseconds, and what is kept of a note is also said
def days(note: str, today: date, *known: dates.Phrase | None) -> Sequence[Day]:
    """The days to come of a note with whose they are; `known` are phrases that mean something else."""
    told = dates.without(note, behind(note, today), *over(note, today), *known)
    spans, found, heard = _pieces(note), list[Day](), False
    for one in dates.every(told, today):
        if one.on <= today:
            continue
        start, end = next(((begin, end) for begin, end in spans if one.start < end), (0, len(note)))
        clause = note[start : max(end, one.end)]
        before = note[spans[0][0] : start]
        contact, ours = _CONTACT.search(clause) is not None, _MINE.search(clause) is not None
        heard = not ours and not contact and (heard or _HEARSAY.search(clause) is not None or _hearsay(before))
        whose = OURS if ours else HEARD if heard else AGREED
        what = matter_on(clause, one.start - start, one.end - start, today)
        found.append(Day(one, whose, what, _fixed(clause, 0, len(clause), today), contact))
    return tuple(found)


def _hearsay(before: str) -> bool:
    """Whether the clause just before says from where something is known: 听说厂里要扩建，年底上新线."""
    pieces = [piece for piece in _PIECE.split(before) if piece]
    return bool(pieces) and re.search(r"听说|据说|透露|打听到|得知", pieces[-1]) is not None


def _pieces(note: str) -> list[tuple[int, int]]:
    """Where the clauses of a note begin and end, blanks between them as well."""
    spans, begin = list[tuple[int, int]](), 0
    for gap in _PIECE.finditer(note):
        if gap[0].isspace() and gap.start() - begin < _SHORT:
            continue
        spans.append((begin, gap.start()))
        begin = gap.end()
    return [*spans, (begin, len(note))]


_WHEN = re.compile(r"^的?(?:时候|[之以]?前(?![天面台任]))?[ ，,]*")  # what is left of "周五的时候" without its day
_ASKED = re.compile(r"(?:请|麻烦)?(?:记得|别忘了?)?提醒我?(?:一下)?|^(?:记得|别忘了?)")


def matter(text: str, start: int, end: int) -> str:
    """What is left of a text without the day that stands there, and without "提醒我"."""
    rest = _WHEN.sub("", text[end:].lstrip(" ，,"))
    return _ASKED.sub("", f"{text[:start]}{rest}").strip(" ，,。.的")


def matter_on(text: str, start: int, end: int, today: date) -> str:
    """The same to be read on another day: the days that stand in the rest are written as dates."""
    before, after = _fixed(text, 0, start, today), _fixed(text, end, len(text), today)
    whole = f"{before}{text[start:end]}{after}"
    return matter(whole, len(before), len(before) + end - start)


def _fixed(text: str, start: int, end: int, today: date) -> str:
    """A part of a text with dates in the place of 明天 and 周一: the last one, where something was done on it."""
    known = [one for one in (behind(text, today), *over(text, today)) if one is not None]
    was = [one if one.past else replace(one, on=on) for one in known if (on := _last(text, one, today)) is not None]
    moved = [replace(one, start=one.start - start, end=one.end - start) for one in was if one.start >= start]
    return dates.fixed(text[start:end], today, moved)


def _last(text: str, one: Found, today: date) -> date | None:
    return one.on if one.past else dates.earlier(text[one.start : one.end], today)
