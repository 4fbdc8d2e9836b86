"""Words that correct a judgement just shown: the type itself (不对 他是分析型), or what was said (不是A 是B)."""

import re
from collections.abc import Sequence

from knowledge.systems import System
from knowledge.text import comparable

_MARK = r"(?:不对|不准|错了|搞错了|判断?错了|看错了|不像|说错了|我说错了|更正一?下?|纠正一?下?)"
_WHO = r"(?:他|她|这人|这个人|这位|这个?客户|人家)"
_SURELY = r"其实就?是?|应该是|明明是|更像是?|才是"
_IS = rf"(?:{_SURELY}|就是|是|像是?|属于|算是?)"
_TO = r"(?:改成|改为|改一下|改到|换成|类型改成|类型是|改)"
_TYPE = re.compile(
    rf"(?:(?P<mark>{_MARK})[\s,，。!！]*)?(?:(?P<denied>{_WHO}?不是[^\s,，。]{{1,8}})[\s,，。]*而?)?(?:我觉得|我看|依我看)?(?:{_WHO})?(?:的类型)?(?P<how>{_IS}|{_TO})?(?:个|一个)?"
    r"(?P<type>[^\s,，。]{1,12}?)(?:的?客户|的?人|那种|那型|才对|吧|的|了)*[。!！]?"
)
_NOT_BUT = re.compile(
    rf"(?:{_MARK}[\s,，。!！]*)?(?:{_WHO})?并?不是(?P<was>[^\s,，。;；]{{1,12}}?)[\s,，。;；]*(?:而是|是)(?P<now>[^\s,，。;；]{{1,20}})(?P<rest>.*)",
    re.DOTALL,
)
_CORRECTS = re.compile(rf"{_MARK}[\s,，。!！]+(?P<rest>.+)", re.DOTALL)
_SHORTEST = 2
LONGEST = 200  # characters of a correction; what is longer tells a story of its own


def named_type(text: str, system: System) -> str:
    """The type that a text says it is instead (不对 他是分析型, 改成杀价, 其实是沉默型); "" where it says none so."""
    found = _type_said(text)
    if found is None:
        return ""
    weak = not (found["mark"] or found["denied"]) and re.fullmatch(rf"{_SURELY}|{_TO}", found["how"]) is None
    if weak and not found["type"].endswith("型"):  # 他是老江湖 may describe the next customer
        return ""
    return _names(system).get(_bare(found["type"]), "")


def denies(text: str) -> bool:
    """Whether a text only says that it is not so: 不对, 看错了."""
    return re.fullmatch(rf"{_WHO}?{_MARK}[吧啊呀了。!！]*", comparable(text).strip()) is not None


def may_correct(text: str) -> bool:
    """Whether a text is worded like a correction, of a type or of what was said."""
    short = len(text) <= LONGEST
    return short and (_type_said(text) is not None or corrects(text) or denies(text))


def _type_said(text: str) -> re.Match[str] | None:
    found = _TYPE.fullmatch(comparable(text).strip())
    return found if found and (found["mark"] or found["how"]) else None


def _names(system: System) -> dict[str, str]:
    named: dict[str, str] = {}
    for kind in system.types.values():
        for name in (kind.zh, *kind.aliases):
            bare = _bare(comparable(name))
            if len(bare) >= _SHORTEST:
                named.setdefault(bare, kind.id)
    return named


def _bare(name: str) -> str:
    return name.replace(" ", "").removesuffix("型") if len(name) > _SHORTEST else name


def corrects(text: str) -> bool:
    """Whether a text corrects what was said: it begins by 不是…是…, or by 不对, 说错了."""
    plain = comparable(text).strip()
    return bool(_NOT_BUT.fullmatch(plain) or _CORRECTS.fullmatch(plain))


def corrected(told: Sequence[str], text: str) -> tuple[list[str], str]:
    """What was told, with what the text takes back in the words that it puts in its place, and what it adds.

    不是拍桌子 是拍大腿 他挺高兴的: 拍桌子 reads 拍大腿 from then on, and 他挺高兴的 is new.
    """
    found = _NOT_BUT.fullmatch(text.strip())
    if found is None:
        begun = _CORRECTS.fullmatch(text.strip())
        return list(told), begun["rest"].strip() if begun else text
    was, now, rest = found["was"], found["now"], found["rest"].strip(" ,，。;；")
    if any(was in one for one in told):
        return [one.replace(was, now) for one in told], rest
    return list(told), f"{now}，{rest}".strip("，")
