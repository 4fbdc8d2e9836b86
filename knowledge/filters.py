"""Which customers are meant by plain words: A级 两周没联系 分析型, 白金 有未结投诉, 30天内生日.

A filter is a sum of terms that all have to hold; 或 between two makes a choice of them, 没有 or 不是 before one or 除外
behind it its opposite. Two that nobody could have at once (two owners, two grades, two types of one system) are a
choice too, and so are two of a kind with 和 between them. What no rule understands is looked for as it stands in what
was written of a customer where it is a short word, and is said back as not understood where it is not. Nothing here
knows a database; `store/filters.py` asks it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from knowledge.contacts import COMPOUND
from knowledge.facts import Fact, by_name
from knowledge.numbers import AMOUNT, DAYS_IN, HAN, amount, number
from knowledge.periods import PERIOD, named, windows, yearly
from knowledge.rules import Condition, Value
from knowledge.segment import cut
from knowledge.systems import Systems
from knowledge.text import comparable, printable

LONG = 30  # days that 好久没联系 means: about a rhythm of the middle grade, missed
SOON = 30  # days within which a birthday or the end of a contract is near
LONGEST = 120  # characters of a filter
LONGEST_WORD = 8  # characters that are still looked for as they stand
LONGEST_NAME = 12  # characters of a fact's name
MOST = 12  # terms; more than that nobody means
STALE = 365  # days after which a type has to be looked at again
TEXTS = {"phone": "电话", "wechat": "微信", "company": "公司", "notes": "备注", "next_step": "下一步"}
OCCASIONS = {"birthday": "生日", "renewal": "续约续保", "trial": "试用到期"}


@dataclass(frozen=True, slots=True)
class Graded:
    """Of one of these grades; "" is not graded yet."""

    grades: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Idle:
    """Not in touch for at least so many days, or never since the record is that old."""

    days: int


@dataclass(frozen=True, slots=True)
class Never:
    """Not once in touch."""


@dataclass(frozen=True, slots=True)
class Reached:
    """In touch within the last days."""

    days: int


@dataclass(frozen=True, slots=True)
class Met:
    """In touch between these days from today, both included and both behind us: of last week, last month, last year."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Next:
    """The next contact is due between these days from today, both included; None for no end on that side."""

    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Unplanned:
    """No next contact."""


@dataclass(frozen=True, slots=True)
class Comes:
    """A day of the customer's (`OCCASIONS`) comes between these days from today; a birthday also of their family."""

    kind: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Complained:
    """There is a complaint that is not closed."""


@dataclass(frozen=True, slots=True)
class Promised:
    """Something was promised and is open; `late`, its day has passed."""

    late: bool = False


@dataclass(frozen=True, slots=True)
class Typed:
    """Of one of these types of a system; none of them for no type at all."""

    system: str
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recheck:
    """The type of the primary system is older than the hand-over, or than `STALE` days."""


@dataclass(frozen=True, slots=True)
class Has:
    """A field of the record (`TEXTS`) is filled in, or a fact is known."""

    field: str


@dataclass(frozen=True, slots=True)
class Paused:
    """No reminders."""


@dataclass(frozen=True, slots=True)
class Archived:
    """Put away; every other filter is about those who are not."""


@dataclass(frozen=True, slots=True)
class Added:
    """On record for at most so many days, today included, and for at least so many others."""

    days: int
    least: int = 0


@dataclass(frozen=True, slots=True)
class Owned:
    """Of one of these people."""

    people: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Says:
    """A word stands in the name, the company, the notes, the next step or a fact."""

    word: str


@dataclass(frozen=True, slots=True)
class Surnamed:
    """Called by that surname: 王总, 王建国, 小王."""

    surname: str


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    term: "Term"


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of these."""

    terms: tuple["Term", ...]


@dataclass(frozen=True, slots=True)
class Every:
    """All of these: the two ends of a range."""

    terms: tuple["Term", ...]


Term = (
    Graded
    | Idle
    | Never
    | Reached
    | Met
    | Next
    | Unplanned
    | Comes
    | Complained
    | Promised
    | Typed
    | Recheck
    | Condition
    | Has
    | Paused
    | Archived
    | Added
    | Owned
    | Says
    | Surnamed
    | Not
    | Either
    | Every
)


@dataclass(frozen=True, slots=True)
class Filter:
    """What was understood, said term by term, and what was not."""

    terms: tuple[Term, ...]
    said: tuple[str, ...]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Hit:
    term: Term
    said: str
    end: int


_MONTHS = "".join(
    f"(?<={before}{'.' * digits})|" for before in ("近", "过去", "未来", "超过", "满") for digits in (1, 2)
)
_SPAN = (  # 3月 is March, 3个月 and 近3月 are spans
    rf"(?:(?P<n>\d{{1,4}}|{HAN}{{1,3}})个?(?P<unit>天|日|周|星期|礼拜|年|(?:{_MONTHS}(?<=个))月|月(?=以?内|之内|以上|多))"
    r"|(?P<half>半个?[月年]))"
)
_TOUCH = r"(?:联系|跟进|拜访|来往|动静|见面|见|走动)"
_NO = r"(?:没有|没|未)"
_FIELD = r"(?P<field>电话|手机号?|微信|公司|备注|下一步)"
_FIELDS = {"电话": "phone", "手机": "phone", "手机号": "phone", "微信": "wechat"} | {
    zh: id for id, zh in TEXTS.items() if id not in {"phone", "wechat"}
}
_ENDS = "(?:合同|保险|保单|年费|服务|质保|会员|协议|年卡)"
_DAY = (
    r"(?P<kind>(?:过|做)?(?:生日|生辰|寿辰|做寿|过寿)|试用期?(?:到期|期满|满|结束)|续[约保费签期]"
    rf"|{_ENDS}(?:到期|期满)|年检)"
)
_STILL = r"(?:一直|都|还|就|一次都|一次也)?"
_PERIOD = rf"(?P<when>{PERIOD})"
_SURNAME = rf"姓(?P<surname>{'|'.join(COMPOUND)}|(?!名)[㐀-鿿])(?:的(?:客户|人)?)?"
_AMOUNT = rf"(?P<amount>{AMOUNT})\s*[元块钱次个岁月年倍分回]{{0,2}}"
_UP = r"(?:>=|≥|大于等于|至少|不少于|不低于|满|达到|到了)"
_OVER = r"(?:>|大于|超过|多于|高于)"
_DOWN = r"(?:<=|≤|小于等于|最多|不超过|不多于)"
_UNDER = r"(?:<|小于|不到|少于|低于|不足|没到)"
_BEFORE = re.compile(
    rf"\s*(?:是|为|在|有|:|：)?\s*(?:(?P<up>{_UP})|(?P<over>{_OVER})|(?P<down>{_DOWN})|(?P<under>{_UNDER})|(?P<same>=|等于)?)"
    rf"\s*{_AMOUNT}(?P<tail>以上|以下|以内|往上|往下)?"
)
_RANGE = re.compile(
    rf"\s*(?:是|为|在|有|:|：)?\s*(?P<low>{AMOUNT})[元块钱次个岁月年倍分回]{{0,2}}\s*(?:到|至|-|~|—+|–)\s*(?P<high>{AMOUNT})"
    r"[元块钱次个岁月年倍分回]{0,2}(?:之间|以内|之内)?"
)
_ROUND = re.compile(r"(?:左右|上下)")
NEARLY = 0.2  # what 左右 allows on each side
_SIGNS = {"up": ">=", "over": ">", "down": "<=", "under": "<", "same": "="}
_TAILS = {"以上": ">=", "往上": ">=", "以下": "<=", "往下": "<=", "以内": "<="}
_AGAINST = re.compile(r"(?:不是|没有|不要|不含|不算|除了|除开|除去|排除|去掉|除|没|无|非|不)")
_BUT = re.compile(r"\s*(?:的(?:客户)?)?(?:之外|以外|除外|外)的?")
_AND = re.compile(r"\s*(?:以及|还有|和|跟|与|及|、)\s*")
_OR = re.compile(r"\s*(?:或者|或是|或|还是)\s*")
_NOISE = re.compile(
    r"[\s,，、。;；.!！?？]+|(?:并且|而且|同时|还有|以及|还|又|且|和|的客户|的人|的|客户们?|户|我的|里面?|中间?|所有|全部"
    r"|名下|手[上里头](?:负责|跟进?|管)?(?=的|[^\w]|没|超|\d|[abcd]|$)|(?:负责|在跟|跟进|管)的|是|有)"
)
_BREAK = re.compile(r"[\s,，、。;；]")
_TIED = re.compile(r"(?:没有?|未|不|[今明后去前]年)的?$")  # what follows it is something else without it
_TRAILS = re.compile(r"(?:和|跟|与|及|或者?|的|以及)$")
_HARD = re.compile(
    r"\d|天|周|月|年|以上|以下|以内|没|超过|大于|小于|不到|联系|季|级|除了|除外|以外|之外|之间|左右|到期|期满"
)  # a word with these meant more than itself


def days_wanted(terms: Sequence[Term], kind: str) -> Sequence[tuple[int, int]]:
    """The days from today, first and last, between which a day of that kind is wanted to come."""
    found: list[tuple[int, int]] = []
    for term in terms:
        if isinstance(term, Comes) and term.kind == kind:
            found.append((term.first, term.last))
        elif isinstance(term, Either | Every):
            found += days_wanted(term.terms, kind)
    return found


def _days(match: re.Match[str]) -> int:
    if match["half"]:
        return 15 if match["half"].endswith("月") else 182
    return min(number(match["n"]) * DAYS_IN[match["unit"]], 36500)


def _span(match: re.Match[str]) -> str:
    """The span as it was said: 两周, 30天, 三个月."""
    if match["half"]:
        return match["half"]
    count, unit = match["n"], match["unit"]
    between = " " if count.isdigit() else ""
    return f"{count}{between}{'个' if unit in {'月', '星期', '礼拜'} else ''}{unit}"


def _any(terms: Sequence[Term]) -> Term:
    return terms[0] if len(terms) == 1 else Either(tuple(terms))


def _behind(match: re.Match[str], today: date) -> tuple[Sequence[tuple[int, int]], str]:
    """What of the period that was named is behind us, first and last days from today, and how it is said back."""
    found = windows(match["when"], today, ahead=False)
    behind = [((first - today).days, min((last - today).days, 0)) for first, last in found if first <= today]
    return behind, named(match["when"], found, today)


def _met(match: re.Match[str], today: date) -> tuple[Term, str] | None:
    """Whether somebody was in touch then, as far as it is behind us; who was not may be new, or never was."""
    behind, said = _behind(match, today)
    if not behind:
        return None
    met = _any([Reached(-first) if last == 0 else Met(first, last) for first, last in behind])
    return (Not(met), f"{said}没联系") if match["no"] else (met, f"{said}联系过")


def _since(match: re.Match[str], today: date) -> tuple[Term, str] | None:
    """Not in touch from the first day of a period on, or from its end on."""
    behind, said = _behind(match, today)
    if not behind:
        return None
    days = -behind[-1][1] - 1 if match["after"].endswith("后") else -behind[-1][0]
    return (Not(Reached(days)), f"{said}{match['after']}没联系") if days >= 0 else None


def _surname(match: re.Match[str], _: date) -> tuple[Term, str]:
    return Surnamed(match["surname"]), f"姓{match['surname']}"


def _grades(match: re.Match[str], _: date) -> tuple[Term, str]:
    letters = tuple(sorted({char.upper() for char in match[0] if char in "abcd"}))
    return Graded(letters), f"{'、'.join(letters)} 级"


def _next(match: re.Match[str], today: date) -> tuple[Term, str] | None:
    if not match["when"]:
        return Next(None, _days(match)), f"{_span(match)}内该联系（含逾期）"
    stretches = windows(match["when"], today, ahead=True)
    found = [((first - today).days, (last - today).days) for first, last in stretches]
    if not found or (match["must"] is None and found[0][0] <= 0):  # 今天联系的 may be those who were called
        return None
    late = found[0][0] <= 0 <= found[0][1]  # who is due already is due in this week too
    terms = [Next(None if late and not number_ else first, last) for number_, (first, last) in enumerate(found)]
    said = named(match["when"], stretches, today)
    return _any(terms), f"{said}该联系{'（含逾期）' if late else ''}"


def _occasion(match: re.Match[str]) -> str:
    said = match["kind"]
    return "trial" if said.startswith("试用") else "birthday" if re.search("[生寿]", said) else "renewal"


def _comes(match: re.Match[str], today: date) -> tuple[Term, str] | None:
    """A birthday comes every year: of a month that has begun both those that were and those that are to come."""
    kind = _occasion(match)
    zh = OCCASIONS[kind]
    if match["when"] is None:
        return Comes(kind, 0, _days(match)), f"{_span(match)}内{zh}"
    found = windows(match["when"], today, ahead=True)
    if not found:
        return None
    said = named(match["when"], found, today, every_year=kind == "birthday")
    coming = yearly(found, today) if kind == "birthday" else found
    return _any([Comes(kind, (first - today).days, (last - today).days) for first, last in coming]), f"{said}{zh}"


def _near(match: re.Match[str], _: date) -> tuple[Term, str]:
    """Without a time it is soon; of a trial also what has just ended, for nobody has decided yet."""
    kind = _occasion(match)
    if kind == "trial":
        return Comes(kind, -SOON, SOON), f"前后 {SOON} 天{OCCASIONS[kind]}"
    return Comes(kind, 0, SOON), f"{SOON} 天内{OCCASIONS[kind]}"


def _added(match: re.Match[str], today: date) -> tuple[Term, str] | None:
    if match["when"] is None:
        return Added(_days(match)), f"最近{_span(match)}新增"
    behind, said = _behind(match, today)
    if not behind:
        return None
    return _any([Added(-first, -last) for first, last in behind]), f"{said}新增"


def _has(match: re.Match[str], _: date) -> tuple[Term, str]:
    field = _FIELDS[match["field"]]
    return Has(field), f"有{TEXTS[field]}"


def _lacks(match: re.Match[str], _: date) -> tuple[Term, str]:
    field = _FIELDS[match["field"] or match["missing"]]
    return Not(Has(field)), f"没有{TEXTS[field]}"


def _often(match: re.Match[str], _: date) -> tuple[Term, str]:
    count = number(match["n"])
    below = match["less"] is not None
    return Condition("contacts", "<" if below else ">=", count), f"联系过{'不到' if below else '至少'} {count} 次"


def _plain(term: Term, said: str) -> "_Meaning":
    return lambda _match, _today: (term, said)


_Meaning = Callable[[re.Match[str], date], tuple[Term, str] | None]
_UNTIL = r"(?:以?内|之内)?"
_PATTERNS: tuple[tuple[re.Pattern[str], _Meaning], ...] = tuple(
    (re.compile(pattern), meaning)
    for pattern, meaning in (
        (
            rf"(?:超过|已经|有|最近|近)?{_SPAN}(?:以上|多)?(?:都|还|就|里)?{_NO}(?:有)?(?:再)?{_TOUCH}(?:过|了)?",
            lambda match, _: (Idle(_days(match)), f"{_span(match)}没联系"),
        ),
        (
            rf"{_PERIOD}(?:里|内|份)?{_STILL}(?:(?P<no>{_NO})(?:有)?(?:再)?{_TOUCH}(?:过|了)?|(?:有)?{_TOUCH}[过了])",
            _met,
        ),
        (
            rf"(?:从|自)?{_PERIOD}(?P<after>以来|起|开始|至今|到现在|以后|之后|后){_STILL}{_NO}(?:有)?(?:再)?{_TOUCH}(?:过|了)?",
            _since,
        ),
        (
            rf"(?:已经|有)?(?:[好很][久长](?:时间)?|太久|长期|长时间|许久|多时)(?:都|还|就)?{_NO}(?:有)?(?:再)?{_TOUCH}(?:过|了)?",
            _plain(Idle(LONG), f"{LONG} 天没联系"),
        ),
        (_SURNAME, _surname),
        (rf"(?:从|还|一次都|一次也)?{_NO}{_TOUCH}过", _plain(Never(), "还没联系过")),
        (
            rf"(?:最近|近|过去)?{_SPAN}{_UNTIL}(?:有)?{_TOUCH}过",
            lambda match, _: (Reached(_days(match)), f"最近{_span(match)}联系过"),
        ),
        (r"[abcd](?:[、/,和或]?[abcd])*(?:级|类)(?:客户)?|(?<![a-z0-9])[abcd](?![a-z0-9])", _grades),
        (rf"(?:还)?(?:{_NO}|无)(?:定|分)?(?:等级|定级|分级)|未分级|没级", _plain(Graded(("",)), "没定等级")),
        (r"逾期(?:没联系|的)?|该联系(?:还)?没联系|晚了的?|拖着的?", _plain(Next(None, -1), "逾期没联系")),
        (
            rf"(?:未来|接下来)?(?:{_SPAN}{_UNTIL}(?:需要|应该|该|要|得)|{_PERIOD}(?P<must>需要|应该|该|要|得)?)(?:联系|跟进|回访)(?![过了])",
            _next,
        ),
        (r"(?:现在)?(?:该|要)(?:联系|跟进)了?", _plain(Next(None, 0), "今天该联系（含逾期）")),
        (
            rf"(?:{_NO}|无)(?:安排|定|有)?(?:好)?(?:下一次联系|下次联系|下次|联系日期|计划)",
            _plain(Unplanned(), "没有下次联系"),
        ),
        (rf"(?:未来|接下来|最近|近)?(?:{_PERIOD}(?:里|内)?|{_SPAN}{_UNTIL})(?:要|有|过|的|该|会)?{_DAY}", _comes),
        (rf"{_DAY}(?:日期|日子|那天)?(?:是|在|为|:|：|快?到)?\s*(?:{_SPAN}{_UNTIL}|{_PERIOD}(?:里|内)?)", _comes),
        (
            rf"(?:(?:最近|近期)?(?:快要?|马上|即将|就要|该|要|有)?(?:到|过)?)?{_DAY}了?(?![在\d一二三四五六七八九十])",
            _near,
        ),
        (rf"(?P<kind>试用期?|{_ENDS})(?:在|会|将|是)?{_PERIOD}(?:里|内)?(?:会|要|就)?(?:到期|期满|结束)", _comes),
        (r"(?P<kind>试用期?(?:快要?|马上|即将)(?:到期|期满|满|结束))了?", _near),
        (rf"(?P<kind>{_ENDS}(?:快要?|马上|即将)(?:到期|期满))了?", _near),
        (rf"(?:{_NO}|无)(?:未结|没结)?的?(?:投诉|抱怨|客诉)", _plain(Not(Complained()), "没有未结的抱怨")),
        (
            r"(?:有|还有)?(?:未结|没结|没处理完?|未处理|没办完)?的?(?:投诉|抱怨|客诉)(?:没结|未结|没处理)?",
            _plain(Complained(), "有未结的抱怨"),
        ),
        (
            r"(?:说好|答应|承诺)(?:的|了)?(?:事)?(?:还)?没(?:做|办|兑现)",
            _plain(Promised(late=True), "说好的事过了日子"),
        ),
        (r"(?:有)?(?:说好|答应|承诺)的?事?", _plain(Promised(), "有说好的事")),
        (
            rf"(?:没有|没留|没填|没写|没|缺|无){_FIELD}|{_FIELD.replace('field', 'missing')}(?:没填|没留|没写|空着?)",
            _lacks,
        ),
        (rf"(?:有|留了|写了){_FIELD}", _has),
        (r"(?:已)?暂停(?:提醒|跟进)?(?:的)?", _plain(Paused(), "暂停提醒")),
        (r"(?:已)?归档(?:的)?", _plain(Archived(), "已归档")),
        (
            rf"(?:最近|近)?(?:{_SPAN}{_UNTIL}|{_PERIOD}(?:里|内)?)(?:新增|新加|新来|新存|新认识|加|存)(?:的)?",
            _added,
        ),
        (rf"(?:还)?{_NO}(?:判断|分型|定型)(?:过|类型)?|{_NO}类型|类型不明", _plain(Typed("", ()), "还没判断类型")),
        (r"(?:类型|标签)?(?:要|该|需要)重新(?:确认|判断)|(?:类型|标签)过期", _plain(Recheck(), "类型要重新确认")),
        (
            rf"联系(?:过)?(?:(?P<less>不到|少于|不足)|超过|至少)?(?P<n>\d{{1,3}}|{HAN}{{1,3}})次(?:以上)?",
            _often,
        ),
    )
)


class Vocabulary:
    """The words that a filter may use beside the fixed ones: types and facts, gathered when somebody first asks."""

    def __init__(self, systems: Systems, primary: str) -> None:
        self.systems = systems
        self.primary = primary

    @cached_property
    def types(self) -> Mapping[str, tuple[str, str, str]]:
        """Every name of a type → (system, type, as it is said); of one name in several systems the first one's."""
        found: dict[str, tuple[str, str, str]] = {}
        every = [self.systems.catalogue(self.primary), *self.systems]
        for system in every:
            for kind in system.types.values():
                said = kind.zh if system.id == self.primary else f"{kind.zh}（{system.zh}）"
                for name in self._names(kind.zh, kind.aliases):
                    found.setdefault(name, (system.id, kind.id, said))
        return found

    @cached_property
    def qualified(self) -> Mapping[str, tuple[str, str, str]]:
        """The same behind the name of their system: 用量等级白金."""
        found: dict[str, tuple[str, str, str]] = {}
        for system in self.systems:
            for kind in system.types.values():
                said = f"{kind.zh}（{system.zh}）"
                for name in self._names(kind.zh, kind.aliases, shortest=1):
                    found.setdefault(comparable(system.zh) + name, (system.id, kind.id, said))
        return found

    @staticmethod
    def _names(zh: str, aliases: Sequence[str], shortest: int = 2) -> Iterator[str]:
        for name in (zh, *aliases):
            whole = comparable(name).replace(" ", "")
            for one in (whole, whole.removesuffix("型"), whole.removesuffix("客户"), f"{whole.removesuffix('型')}型"):
                if len(one) >= shortest:
                    yield one

    @cached_property
    def facts(self) -> Mapping[str, Fact]:
        """Every name of a fact."""
        return by_name(self.systems.facts)

    @cached_property
    def options(self) -> Mapping[str, tuple[Fact, Value, str]]:
        """Every answer to choose that belongs to one fact alone."""
        found: dict[str, tuple[Fact, Value, str]] = {}
        twice: set[str] = set()
        for fact in self.systems.facts.values():
            for option in fact.choices if fact.kind == "choice" else ():
                name = comparable(option.zh)
                twice |= {name} & found.keys()
                found[name] = (fact, option.value, option.zh)
        return {name: found[name] for name in found if name not in twice and len(name) > 1}


Owners = Mapping[str, tuple[int, ...]]  # names of people and teams, in their comparable form


def read(text: str, today: date, words: Vocabulary, owners: Owners) -> Filter:
    """What the words mean, with what was understood and what was not."""
    context = _Context(today, words, owners)
    shown = printable(text, LONGEST)
    plain = comparable(shown)
    terms: list[Term] = []
    said: list[str] = []
    unknown: list[str] = []
    at, link = 0, ""
    while at < len(plain) and len(terms) < MOST:
        choice = _OR.match(plain, at)
        if choice and choice.end() > at:
            at, link = choice.end(), "or" if terms else ""
            continue
        hit = _hit(plain, at, context)
        if hit is None:
            also = _AND.match(plain, at)
            if also:
                at, link = also.end(), link or ("and" if terms else "")
                continue
            noise = _NOISE.match(plain, at)
            if noise:
                at = noise.end()
                continue
            end = _unknown_end(plain, at, context)
            word = shown[at:end].strip()
            at = end
            if len(word) > LONGEST_WORD or _HARD.search(comparable(word)) or not any(c.isalnum() for c in word):
                unknown.append(word)
                link = ""
                continue
            hit = _written(word, end)
        at = hit.end
        _join(terms, said, hit, link)
        link = ""
    if at < len(plain) and plain[at:].strip():
        unknown.append(shown[at:].strip())
    return Filter(tuple(terms), tuple(said), tuple(unknown))


def _written(word: str, end: int) -> _Hit:
    """A word as it stands, or either of two with 和 between them: 钓鱼和打球, but not 安康和谐家园."""
    left, also, right = word.partition("和")
    if also and min(len(left), len(right)) > 1 and "和" in cut(word):
        return _Hit(Either((Says(left), Says(right))), f"写着“{left}” 或 写着“{right}”", end)
    return _Hit(Says(word), f"写着“{word}”", end)


def _join(terms: list[Term], said: list[str], hit: _Hit, link: str) -> None:
    """One more term: a choice with the one before it where 或 says so, or with one that it could not go with."""
    last = terms[-1] if terms else None
    if link == "and" and isinstance(last, Not) and not isinstance(hit.term, Not) and _alike(last.term, hit.term):
        terms.append(Not(hit.term))  # 不是小李和小周的
        said.append(f"不是{hit.said}")
        return
    place = None
    if link == "or" or (link == "and" and last is not None and _alike(last, hit.term)):
        place = len(terms) - 1
    else:
        place = next((at for at, term in enumerate(terms) if _apart(term, hit.term)), None)
    if place is None:
        terms.append(hit.term)
        said.append(hit.said)
        return
    before = terms[place]
    terms[place] = Either((*before.terms, hit.term) if isinstance(before, Either) else (before, hit.term))
    said[place] = f"{said[place]} 或 {hit.said}"


def _kind(term: Term) -> object:
    """What two terms have in common that are of a kind."""
    match term:
        case Typed(system, _):
            return Typed, system
        case Condition():
            return Condition, term.fact
        case Comes(kind, _, _):
            return Comes, kind
        case Either(terms) | Every(terms):
            kinds = {_kind(one) for one in terms}
            return kinds.pop() if len(kinds) == 1 else term
    return type(term)


def _alike(one: Term, other: Term) -> bool:
    """Whether 和 between them means any of them; nobody asks for a customer with two ranges of one fact."""
    return not isinstance(other, Not | Says) and _kind(one) == _kind(other)


def _apart(one: Term, other: Term) -> bool:
    """Whether no customer could be both: of two owners, two grades, two surnames, two types of one system."""
    if isinstance(one, Either):
        return _kind(one) == _kind(other) and all(_apart(part, other) for part in one.terms)
    match one, other:
        case Owned(some), Owned(others):
            return not set(some) & set(others)
        case Graded(some), Graded(others):
            return not set(some) & set(others)
        case Surnamed(), Surnamed():
            return True
        case Typed(system, some), Typed(other_system, others):
            return system == other_system and not set(some) & set(others) and bool(some) and bool(others)
        case Condition(fact, "=", value), Condition(other_fact, "=", other_value):
            return fact == other_fact and isinstance(value, str) and value != other_value
    return False


@dataclass(frozen=True, slots=True)
class _Context:
    today: date
    words: Vocabulary
    owners: Owners


def _unknown_end(plain: str, at: int, context: _Context) -> int:
    """Where the word that begins at `at` ends: at a break, or where something that is understood begins."""
    end = at + 1
    while end < len(plain) and not _BREAK.match(plain, end):
        hit = _hit(plain, end, context)
        if hit and _TIED.search(plain, at, end):
            end = hit.end
            continue
        if (hit and hit.end - end > 1) or (plain[end] == "的" and end - at > 1):
            trail = _TRAILS.search(plain, at + 1, end)
            return trail.start() if hit and trail and trail.start() - at > 1 else end
        end += 1
    return end


def _hit(plain: str, at: int, context: _Context) -> _Hit | None:
    best = _longest(plain, at, context)
    against = _AGAINST.match(plain, at) if best is None else None
    if against is not None:
        best = _longest(plain, against.end(), context)
        if best is not None and against[0] in {"没", "没有"} and isinstance(best.term, Comes):
            best = None  # 没续保 is no word of those whose contract does not end
    if best is None:
        return None
    behind = _BUT.match(plain, best.end)
    if against is None and behind is None:
        return best
    said = f"不是{best.said}" if not best.said.startswith("有") else f"没{best.said}"
    return _Hit(_opposite(best.term), said, behind.end() if behind else best.end)


def _longest(plain: str, at: int, context: _Context) -> _Hit | None:
    """What reaches furthest of all that begins there; the first of those that reach as far."""
    return max((hit for hit in _hits(plain, at, context) if hit.end > at), key=lambda hit: hit.end, default=None)


def _opposite(term: Term) -> Term:
    if isinstance(term, Condition) and term.value is True:
        return Condition(term.fact, term.test, False)
    return term.term if isinstance(term, Not) else Not(term)


def _hits(plain: str, at: int, context: _Context) -> Iterator[_Hit]:
    """Everything that may begin at `at`; of equally long ones the first counts."""
    for pattern, meaning in _PATTERNS:
        match = pattern.match(plain, at)
        meant = meaning(match, context.today) if match else None
        if match and meant:
            yield _Hit(*meant, match.end())
    yield from _named(plain, at, context)
    yield from _facts(plain, at, context.words)


def _named(plain: str, at: int, context: _Context) -> Iterator[_Hit]:
    for length in range(min(16, len(plain) - at), 0, -1):
        name = plain[at : at + length]
        if name in context.owners:
            tail = at + length + (1 if plain[at + length : at + length + 1] == "的" else 0)
            yield _Hit(Owned(context.owners[name]), f"{name} 的客户", tail)
        for names in (context.words.qualified, context.words.types):
            if name in names:
                system, type, said = names[name]
                yield _Hit(Typed(system, (type,)), said, at + length)


def _facts(plain: str, at: int, words: Vocabulary) -> Iterator[_Hit]:
    for length in range(min(LONGEST_NAME, len(plain) - at), 0, -1):
        name = plain[at : at + length]
        if name in words.options:
            fact, value, zh = words.options[name]
            yield _Hit(Condition(fact.id, "=", value), f"{fact.zh}：{zh}", at + length)
        fact_ = words.facts.get(name)
        if fact_ is not None:
            yield from _compared(plain, at + length, fact_)


def _compared(plain: str, at: int, fact: Fact) -> Iterator[_Hit]:
    """A fact by its name, with what is asked of it."""
    if fact.kind == "flag":
        yield _Hit(Condition(fact.id, "=", True), fact.zh, at)
        return
    unknown = re.compile(r"\s*(?:没填|没问|不知道|不清楚|没记)").match(plain, at)
    if unknown:
        yield _Hit(Not(Has(fact.id)), f"没问过{fact.zh}", unknown.end())
    if fact.kind == "choice":
        for option in fact.choices:
            zh = comparable(option.zh)
            match = re.compile(rf"\s*(?:是|为|:|：)?\s*{re.escape(zh)}").match(plain, at)
            if match:
                yield _Hit(Condition(fact.id, "=", option.value), f"{fact.zh}：{option.zh}", match.end())
        return
    if fact.kind not in {"number", "money"}:
        return
    between = _RANGE.match(plain, at)
    ends = _ends(between) if between else None
    if between and ends:
        yield _ranged(fact, *ends, f"{fact.zh} {fact.said(ends[0])}到 {fact.said(ends[1])}", between.end())
        return
    match = _BEFORE.match(plain, at)
    value = amount(match["amount"]) if match else None
    if match is None or value is None:
        yield _Hit(Condition(fact.id, ">", 0), f"有{fact.zh}", at)
        return
    nearly = _ROUND.match(plain, match.end())
    if nearly:
        said = f"{fact.zh} {fact.said(value)}上下"
        yield _ranged(fact, value * (1 - NEARLY), value * (1 + NEARLY), said, nearly.end())
        return
    first = _comparison(fact, match, value)
    second = _BEFORE.match(plain, match.end())
    other = amount(second["amount"]) if second else None
    if second and other is not None and (last := _comparison(fact, second, other)).test != "=" != first.test:
        said = f"{fact.zh}{_sign(first, value, fact)}、{_sign(last, other, fact)}"  # 5万以上20万以下
        yield _Hit(Every((first, last)), said, second.end())
        return
    yield _Hit(first, f"{fact.zh}{_sign(first, value, fact)}", match.end())


def _comparison(fact: Fact, match: re.Match[str], value: float) -> Condition:
    test = next((sign for group, sign in _SIGNS.items() if match[group]), "=")
    return Condition(fact.id, _TAILS.get(match["tail"] or "", test), value)


def _sign(one: Condition, value: float, fact: Fact) -> str:
    zh = {">=": "至少", ">": "超过", "<=": "不超过", "<": "不到", "=": "是"}[one.test]
    return f"{zh} {fact.said(value)}"


def _ends(match: re.Match[str]) -> tuple[int | float, int | float] | None:
    """Both ends of a range; what the second is counted in counts for the first: 5到20万."""
    low, high = amount(match["low"]), amount(match["high"])
    scale = re.search(r"(?:[百千]?万|亿|[百千wk])$", match["high"])
    if low is not None and scale and match["low"][-1:].isdigit():
        low = amount(match["low"] + scale[0])
    return (low, high) if low is not None and high is not None and low < high else None


def _ranged(fact: Fact, low: float, high: float, said: str, end: int) -> _Hit:
    return _Hit(Every((Condition(fact.id, ">=", low), Condition(fact.id, "<=", high))), said, end)
