"""The people of an account: who they are, how much they count, whom they are near, and who decides.

`read` understands one sentence ("李工 技术科 影响大 跟我们近 拍板") piece by piece; what it does not understand it
gives back to be asked about, it never guesses. `gaps` says what is missing from a map of people.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

INFLUENCE = {"large": "大", "middle": "中", "small": "小"}
TIES = {"near": "近", "middle": "中", "far": "远"}
DECIDES = {"decides": "拍板", "influences": "影响", "uses": "使用", "guards": "把门"}
SCALES: Mapping[str, Mapping[str, str]] = {"influence": INFLUENCE, "tie_us": TIES, "tie_them": TIES, "decides": DECIDES}
LENGTHS = {"name": 20, "title": 30, "owner": 20, "note": 200}
ME = "我"  # the owner on our side, when the rep says so
MOST_AT_ONCE = 10  # people in one message
_RANK = {"near": 3, "middle": 2, "far": 1}
_WEIGHT = {"large": 3, "middle": 2, "small": 1, "": 0}

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆"
    "汪范金石廖贾夏韦傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞"
    "颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻"
    "祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师"
)
COMPOUND = ("欧阳", "司马", "上官", "诸葛")
_SURNAME = rf"{'|'.join(COMPOUND)}|[{_SURNAMES}]"
_RANKS = (
    "董事长|总裁|总经理|经理|总监|主任|部长|科长|处长|厂长|所长|院长|校长|局长|书记|主席|站长|店长|组长|队长|主管|"
    "工程师|会计|出纳|秘书|助理|老板娘|老板|厨师长|主厨"
)
_PERSON = re.compile(
    rf"(?:[小老阿][{_SURNAMES}]|(?:{_SURNAME})(?:副?(?:{_RANKS}|总|董|工|老师|师傅|科|处|局|院|校|所|厂|姐|哥|叔|阿姨|先生|女士|小姐|太太)))"
)
_CALLED = re.compile(rf"{_PERSON.pattern}|(?:{_SURNAME})(?:大?[姐哥]|叔叔|妹|弟|嫂|婶|伯|爷)")
_PLACE = r"[\u4e00-\u9fff]{1,8}(?:部门?|科|处|室|组|办|中心|车间|工厂|分公司|事业部|项目部)"
_FIELD = (
    r"(?:采购|技术|财务|销售|行政|人事|生产|质量|品质|品控|工程|设备|仓库|仓储|后勤|运营|市场"
    r"|研发|法务|物流|项目|售后|信息|总务|车间|工段|门店|大堂|厨房|客服|安全|机修|设计|培训|品牌)"
)
# The title of any other field (大客户经理); what begins with a surname is somebody, and a denial is none.
_OTHER_FIELD = rf"(?![{_SURNAMES}不没无非别他她它小老阿])[\u4e00-\u9fff]{{2,6}}?"
_TITLE = re.compile(
    rf"(?:是|任|在)?(?P<title>(?:{_PLACE})?(?:{_FIELD})?"
    rf"(?:负责人|(?:常务|执行|主管)?副?(?:{_RANKS})|总工|{_FIELD}|前台|合伙人|股东|文员|员)"
    rf"|{_PLACE}|主管副总(?:{_RANKS})?|副总裁|副总|老总|{_OTHER_FIELD}副?(?:{_RANKS}))的?"
)
_US = r"(?:我们|咱们|咱|我方|我司|本公司|我)(?:公司|这边|家)?"
_THEM = r"(?:竞争对手|竞争者|竞品|对手|对家|同行|别家|别人家|隔壁|那家|另外?一家)(?:公司|那边)?"
_NEAR = r"(?:还|也|都)?(?:走得|关系|处得)?(?:很|挺|比较|最|更|特别|蛮|老)?(?:近|熟|铁|好|亲|要好|密切|不错)"
_MIDDLE = r"(?:还|也|都)?(?:走得|关系|处得)?(?:中等?|一般|普通|不远不近|还行|还可以|还好|认识)"
_FAR = (
    r"(?:还|也|都)?(?:走得|关系)?(?:很|挺|比较|最|更|特别|蛮)?(?:远|生|疏|疏远|陌生|差|不近|不熟|不太熟|不好"
    r"|没(?:有)?(?:什么|特别)?关系|无特别关系|不认识|没来往|没联系|没打过交道)"
)
_TIE = (("near", _NEAR), ("middle", _MIDDLE), ("far", _FAR))
_LARGE, _SMALL = r"(?:很|挺|比较|最|非常|特别)?(?:大|高|强|不小)", r"(?:很|挺|比较|最)?(?:小|低|弱|不大|没有|没什么)"
_FORCE = r"(?:影响力?|话语权|分量|权力|作用)"


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody as they are spoken of: 王总, 小李, 陈大姐."""

    name: str
    surname: str


def called(text: str) -> Called | None:
    """How a text begins, where it begins with somebody by surname and title; None where it does not."""
    found = _CALLED.match(text)
    if found is None:
        return None
    name = found[0]
    compound = next((two for two in COMPOUND if name.startswith(two)), "")
    return Called(name, compound or (name[1] if name[0] in "小老阿" else name[0]))


def is_full_name(text: str) -> bool:
    """Whether a text may be somebody's whole name: a surname with one or two characters."""
    return _FULL_NAME.fullmatch(text) is not None


def all_called(text: str) -> tuple[str, ...]:
    """Everybody by surname and title with whom a clause begins: whom a text is about."""
    found = (called(clause) for clause in re.split(r"[，,。；;！!？?\s]+", text))
    return tuple(dict.fromkeys(one.name for one in found if one))


def _all(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:但是?|不过|而且|也|还|最后|最终)?(?:他|她|这人)?(?:{pattern})的?")


# Each whole piece that means (field, value); the first that fits counts.
_MEANINGS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (_all(rf"{_FORCE}?{_LARGE}|大影响"), "influence", "large"),
    (_all(rf"{_FORCE}?(?:中等?|一般|居中)|{_FORCE}普通|中等?影响"), "influence", "middle"),
    (_all(rf"{_FORCE}?{_SMALL}|没{_FORCE}|说话不管用|小影响"), "influence", "small"),
    (_all(r"说话(?:很|挺)?管用|说话有分量"), "influence", "large"),
    *((_all(rf"(?:跟|和|与|同|对|离)?{_US}的?{words}"), "tie_us", value) for value, words in _TIE),
    *((_all(rf"(?:跟|和|与|同|对|离)?{_THEM}的?{words}"), "tie_them", value) for value, words in _TIE),
    (
        _all(r"(?:能|可以|最后|由他|最终)?(?:拍板|拍板人|说了算|说话算数|做主|作主|决策|决策者?|决定者?|签字|定夺)"),
        "decides",
        "decides",
    ),
    (
        _all(r"影响者?|能影响|有影响|影响决定|参谋|出主意|提意见|提建议|给意见|评估|把关技术|技术把关"),
        "decides",
        "influences",
    ),
    (_all(r"使用者?|用的人|使用人|实际用|用户|操作|天天用.{0,4}"), "decides", "uses"),
    (_all(r"把门|把门的|守门|挡门|看门|挡驾"), "decides", "guards"),
    (_all(r"(?:不|不能|没法|没权)(?:拍板|做主|作主|决定|签字)|说了不算|做不了主|拍不了板"), "decides", ""),
)
_OWNER = re.compile(
    r"(?:我方|我们|这边)?(?:由|归|让)(?P<who>.{1,10}?)(?:负责|管|跟|盯|对接|维护)|(?P<lead>.{1,10}?)(?:负责|在?跟|盯着?|来?对接|维护)(?:他|她)?"
    r"|(?:我方|我们)?(?:负责人|对接人)[:：是]?(?P<after>.{1,10})"
)
_NOTE = re.compile(r"(?:备注|注|记一下|喜欢|爱好|爱|怕|讨厌|生日)[:：]?.+")
_LABELLED = re.compile(r"(?:备注|注|记一下)[:：]?")
_GLUED = re.compile(rf"(?P<title>{_PLACE}|{_FIELD}|前台|总工|秘书|会计)的?(?P<name>{_PERSON.pattern})")
_NO_NAME = re.compile(r"^[他她这那]|[不没]|拍板|影响|负责|关系|我们|对手")
_DENIED = re.compile(r"(?:不|没|未|别|谁|非)(?:能|会|是|想|有|用|太|怎么)?$")
_FULL_NAME = re.compile(rf"(?:{_SURNAME})[\u4e00-\u9fff]{{1,2}}")
_CUT = re.compile(r"[\s,，、;；。.！!|/]+")
_BARE_TIE = {value: re.compile(rf"(?:{words})的?") for value, words in _TIE}  # "关系近", without saying with whom


@dataclass(frozen=True, slots=True)
class Told:
    """What one sentence says about a person: only the fields that it names. `unread` is to be asked about."""

    fields: Mapping[str, str]
    unread: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The person's name, "" if the sentence has none."""
        return self.fields.get("name", "")


@dataclass(slots=True)
class _Reading:
    fields: dict[str, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        self.fields["note"] = "，".join(part for part in (self.fields.get("note", ""), text) if part)


def read(sentence: str) -> Told:
    """One sentence about one person."""
    reading = _Reading()
    for piece in filter(None, _CUT.split(sentence.strip())):
        _piece(reading, piece)
    if "name" not in reading.fields and "title" in reading.fields and _PERSON.fullmatch(reading.fields["title"]):
        reading.fields["name"] = reading.fields.pop("title")
    if "name" not in reading.fields:
        named = next(filter(_may_be_a_name, reading.unread), None)
        if named is not None:
            reading.unread.remove(named)
            reading.fields["name"] = named
    cut = {key: value[: LENGTHS.get(key, 20)] for key, value in reading.fields.items()}
    return Told(cut, tuple(reading.unread))


def _piece(reading: _Reading, piece: str) -> None:
    """Put one piece of a sentence where it belongs."""
    named = "name" in reading.fields
    if not named and (glued := _GLUED.fullmatch(piece)):
        reading.fields |= {"title": glued["title"], "name": glued["name"]}
    elif not named and _PERSON.fullmatch(piece):
        reading.fields["name"] = piece
    elif not named and (person := _PERSON.match(piece)) and _clear(piece[person.end() :]):
        reading.fields["name"] = person[0]
        _piece(reading, piece[person.end() :])
    elif meaning := _meaning(piece):
        _set(reading, *meaning, piece)
    elif owner := _OWNER.fullmatch(piece):
        _set(reading, "owner", next(filter(None, owner.groups())), piece)
    elif title := _TITLE.fullmatch(piece):
        _set(reading, "title", title["title"], piece)
    elif _NOTE.fullmatch(piece):
        reading.note(_LABELLED.sub("", piece))
    elif parts := _parted(piece):
        for part in parts:
            _piece(reading, part)
    else:
        reading.unread.append(piece)


def _parted(piece: str) -> tuple[str, str] | None:
    """A piece written without a gap, cut before its longest ending that means something; None for any other."""
    for at in range(1, len(piece) - 1):
        if _meaning(piece[at:]):
            return None if _DENIED.search(piece[:at]) else (piece[:at], piece[at:])
    return None


def _clear(piece: str) -> bool:
    return bool(_meaning(piece) or _TITLE.fullmatch(piece))


def _may_be_a_name(piece: str) -> bool:
    return len(piece) <= LENGTHS["name"] and not _NO_NAME.search(piece) and not tie_in(piece)


def _set(reading: _Reading, key: str, value: str, piece: str) -> None:
    """A field that is told twice with different values is asked about, but titles add up."""
    before = reading.fields.get(key)
    if before and key == "title":
        reading.fields[key] = f"{before} {value}"
    elif before and value and before != value:
        reading.unread.append(piece)
    elif before and not value:
        return
    else:
        reading.fields[key] = value


def _meaning(piece: str) -> tuple[str, str] | None:
    return next(((key, value) for pattern, key, value in _MEANINGS if pattern.fullmatch(piece)), None)


def tie_in(piece: str) -> str:
    """The tie that a piece names without saying to whom, "" if it names none."""
    return next((value for value, pattern in _BARE_TIE.items() if pattern.fullmatch(piece)), "")


def tells_of_people(text: str) -> bool:
    """Whether every line of a text reads as a person, rather than telling what somebody said or did."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return bool(lines) and all(_is_person(read(line), line) for line in lines)


def _is_person(told: Told, line: str) -> bool:
    if told.name == line:
        return bool(_PERSON.fullmatch(line) or _FULL_NAME.fullmatch(line))
    known = _PERSON.fullmatch(told.name) is not None or any(told.fields.get(field) for field in ("title", *SCALES))
    return known and len(told.unread) < len(told.fields)


def people_in(text: str) -> list[Told]:
    """One person per line, at most `MOST_AT_ONCE`."""
    return [read(line) for line in text.splitlines() if line.strip()][:MOST_AT_ONCE]


@dataclass(frozen=True, slots=True)
class Contact:
    """A person on the map of an account. Codes are those of `SCALES`, "" for not known."""

    name: str
    influence: str = ""
    tie_us: str = ""
    tie_them: str = ""
    decides: str = ""
    owner: str = ""
    title: str = ""
    note: str = ""
    unread: tuple[str, ...] = ()
    id: int = 0

    @property
    def lost(self) -> bool:
        """Whether the person is known to be nearer to the competitor than to us."""
        return bool(self.tie_us and self.tie_them) and _RANK[self.tie_them] > _RANK[self.tie_us]

    @property
    def missing(self) -> tuple[str, ...]:
        """The fields of `SCALES` that are not known."""
        return tuple(key for key in SCALES if not getattr(self, key))


def ranked(people: Iterable[Contact]) -> list[Contact]:
    """Those who decide first, then by influence; equals in the order in which they came."""
    return sorted(people, key=lambda one: (one.decides != "decides", -_WEIGHT[one.influence]))


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that a map of people lacks: what, and of whom."""

    what: str
    names: tuple[str, ...] = ()


def gaps(people: Sequence[Contact]) -> list[Gap]:
    """What is missing, the most pressing first; nothing for a map without people."""
    if not people:
        return []
    deciders = [one for one in people if one.decides == "decides"]
    strong = [one for one in people if one.influence == "large"]
    checks: tuple[tuple[str, list[Contact] | bool], ...] = (
        ("no_decider", not deciders),
        ("decider_lost", [one for one in deciders if one.lost]),
        ("decider_far", [one for one in deciders if one.tie_us == "far" and not one.lost]),
        ("decider_unknown", [one for one in deciders if not one.tie_us]),
        ("strong_lost", [one for one in strong if one.lost and one not in deciders]),
        ("no_friend", len(people) > 1 and all(one.tie_us and one.tie_us != "near" for one in people)),
        ("single", len(people) == 1),
        ("no_owner", [one for one in ranked(people) if not one.owner and (one in deciders or one in strong)]),
        ("no_user", len(people) > 1 and not any(one.decides == "uses" for one in people)),
        ("rival_unknown", not any(one.tie_them for one in people)),
    )
    return [Gap(what, _names(found)) for what, found in checks if found]


def _names(found: list[Contact] | bool) -> tuple[str, ...]:
    return () if isinstance(found, bool) else tuple(one.name for one in found)
