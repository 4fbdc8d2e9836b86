"""Who a text is about, by name, telephone number and company, apart from what it tells of them.

李工 13511113333 宏达机械 进门就砍价: the first three say who it is, and would only water down what is judged.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.contacts import called, is_full_name
from knowledge.text import comparable

MOBILE = r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"
_PHONE = re.compile(rf"(?:(?:电话|手机)号?码?[:：]?\s*)?(?P<number>{MOBILE})(?:[(（]?微信同号[)）]?)?")
_PIECE = re.compile(r"[^\s,，。、;；:：!！?？]+")
_LABEL = re.compile(r"^(?:客户|姓名|公司|单位)[:：\s]+|^(?:叫|客户)(?=[^\W\d]{2,4}(?:[\s,，]|$))")
_LONGEST_NAME, _LONGEST_COMPANY = 8, 20
# What the name of a firm ends with: its form, or its trade.
_FIRM = re.compile(
    r"(?![开做卖])(?!.*[个来去过了说问要看嫌买找是有我他她您你])[\w()（）]{2,}(?:公司|集团|[总分]?厂|店|工作室|事务所|研究院|设计院|学校|医院|酒店|宾馆|饭店|超市|商场|物业|机械|建材|装饰|装修|门窗"
    r"|科技|贸易|商贸|实业|工程|电子|电气|电器|五金|家具|家居|家装|置业|地产|餐饮|食品|医药|药业|化工|塑料|塑胶|包装|印刷|纺织|服饰|服装|汽车"
    r"|汽配|物流|广告|传媒|文化|教育|农业|能源|环保|钢构|钢材|材料|仪器|设备|自动化|软件|网络|信息|通信|精密|模具|制造|重工|建设|建筑|幕墙|铝业)"
)


@dataclass(frozen=True, slots=True)
class Introduction:
    """Who a text is about, and what else it says."""

    name: str
    phone: str = ""
    company: str = ""
    rest: str = ""

    @property
    def whole(self) -> str:
        """Name, number and company as a rep writes them when a customer is kept."""
        return " ".join(part for part in (self.name, self.phone, self.company) if part)


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    text: str


def introduced(text: str) -> Introduction | None:
    """The introduction that a text begins with: a name with a telephone number, a company or both; None without."""
    label = _LABEL.match(text)
    begin = label.end() if label else 0
    found = _PHONE.search(text)
    start, end = found.span() if found else (len(text), len(text))
    before, after = _pieces(text, begin, start), _pieces(text, end, len(text))
    ahead = [*before, *after] if found else before
    taken: list[_Piece] = []
    name = company = ""
    for piece in ahead[:3]:  # what comes later tells of somebody
        if not name and _is_name(piece.text):
            name = piece.text
        elif not company and _is_firm(piece.text):
            company = piece.text
        elif not name and not company and (both := _firm_and_name(piece.text)):
            company, name = both
        else:
            break
        taken.append(piece)
    if not name or not (found or company):
        return None
    if found and before[len([piece for piece in taken if piece.start < start]) :]:
        return None  # a number further on in the text is part of what it tells
    spans = sorted([(0, begin), *((piece.start, piece.end) for piece in taken), *([(start, end)] if found else [])])
    return Introduction(name, "".join(found["number"].split()) if found else "", company, _without(text, spans))


def _pieces(text: str, start: int, end: int) -> Sequence[_Piece]:
    return [_Piece(one.start(), one.end(), one[0]) for one in _PIECE.finditer(text, start, end)]


def _is_name(text: str) -> bool:
    if len(text) > _LONGEST_NAME:
        return False
    one = called(comparable(text))
    return (one is not None and len(one.name) == len(text)) or is_full_name(comparable(text))


def _is_firm(text: str) -> bool:
    return len(text) <= _LONGEST_COMPANY and _FIRM.fullmatch(comparable(text)) is not None


def _firm_and_name(text: str) -> tuple[str, str] | None:
    """Company and name written together: 宏达机械的李工."""
    for at in range(3, min(len(text), _LONGEST_COMPANY + _LONGEST_NAME) - 1):
        firm = text[:at].removesuffix("的")
        if _is_name(text[at:]) and _is_firm(firm):
            return firm, text[at:]
    return None


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """A text without some stretches, and without the gaps that they leave."""
    at, kept = 0, []
    for start, end in spans:
        kept.append(text[at:start])
        at = max(at, end)
    kept.append(text[at:])
    parts = (part.strip(" \t,，、;；:：。") for part in kept)
    return " ".join(part for part in parts if part)
