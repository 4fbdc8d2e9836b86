"""A change that a sentence behind a customer's name makes on the record: 电话改成139…, 改成A级, 还了3万."""

import math
import re
from dataclasses import dataclass

from knowledge.introductions import MOBILE
from knowledge.numbers import AMOUNT, about
from knowledge.text import comparable

_NOW = r"(?:他|她|现在|今天|昨天|刚才?|刚刚|已经|又|先|都|全|的|，|,|\s)*"
_TO = r"(?:(?:改|换|变|调|定|升|降|更新)(?:成|为|到|了)?|是|为|算)"
_PHONE = re.compile(
    rf"{_NOW}新?(?:(?:电话|手机|联系方式)号?码?|号码?|换号码?了?)?[:：\s]*(?:{_TO}了?)?新?(?:号码?)?[:：,，\s]*(?P<value>{MOBILE})了?[。!！]?"
)
_GRADE = re.compile(
    rf"{_NOW}(?:客户)?(?:(?P<named>(?:等级|级别)[:：\s]*{_TO}?|{_TO})了?\s*)?(?P<value>[a-d])\s*(?P<level>[级类]?)(?:的?客户)?(?:了|吧)?[。!！]?"
)
_PAID = re.compile(
    rf"{_NOW}(?:还了|还上了?|还款了?|回款了?|还清了|结了)\s*(?P<value>.*?{AMOUNT}.*?)(?:元|块)?钱?(?:的?欠款|的?货款)?了?[。!！]?"
)


_PAID_ALL = re.compile(
    rf"{_NOW}(?:把)?(?:欠的?)?(?:欠款|货款|款|账|钱)?(?:都|全|全部|已经)*(?:还清|结清|还完)了?[。!！]?"
)
_WECHAT = re.compile(rf"{_NOW}微信号?[:：\s]*(?:{_TO}了?)?[:：\s]*(?P<value>[a-z][\w-]{{4,19}})了?[。!！]?")
_COMPANY = re.compile(
    rf"{_NOW}(?:公司|单位)(?:名称?|名字)?(?:(?:改|换|变)(?:成|为|到|叫)了?|叫)[:：\s]*"
    r"(?P<value>[^\s,，。;；]{2,20}?)了?[。!！]?"
)
LONGEST = 60  # characters of a change
EVERYTHING = math.inf  # paid back: whatever was owed


@dataclass(frozen=True, slots=True)
class Changed:
    """What changes: phone, wechat, company, grade, or an amount of money that was paid back."""

    what: str
    value: str | float


def changed(text: str) -> Changed | None:
    """The change that a text makes and nothing else; None where it tells anything more."""
    if len(text) > LONGEST:
        return None
    plain = comparable(text).strip()
    if found := _PHONE.fullmatch(plain):
        return Changed("phone", found["value"].strip())
    found = _GRADE.fullmatch(plain)
    if found and (found["named"] or found["level"]):
        return Changed("grade", found["value"].upper())
    if found := _WECHAT.fullmatch(plain):
        start, end = found.span("value")
        return Changed("wechat", text.strip()[start:end])
    if found := _COMPANY.fullmatch(plain):
        return Changed("company", found["value"])
    if _PAID_ALL.fullmatch(plain):
        return Changed("paid", EVERYTHING)
    found = _PAID.fullmatch(plain)
    paid = about(found["value"]) if found else None
    if found and paid and paid[1] == len(found["value"]):
        return Changed("paid", paid[0])
    return None
