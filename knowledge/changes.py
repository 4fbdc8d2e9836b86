"""A change that a sentence behind a customer's name makes on the record: 电话改成139…, 改成A级, 还了3万."""

import re
from dataclasses import dataclass

from knowledge.introductions import MOBILE
from knowledge.numbers import AMOUNT, about
from knowledge.text import comparable

_NOW = r"(?:现在|今天|昨天|刚才?|刚刚|已经|又|先|都|全|的|，|,|\s)*"
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


@dataclass(frozen=True, slots=True)
class Changed:
    """What changes: phone, grade, or an amount of money that was paid back."""

    what: str
    value: str | float


def changed(text: str) -> Changed | None:
    """The change that a text makes and nothing else; None where it tells anything more."""
    plain = comparable(text).strip()
    if found := _PHONE.fullmatch(plain):
        return Changed("phone", found["value"].strip())
    found = _GRADE.fullmatch(plain)
    if found and (found["named"] or found["level"]):
        return Changed("grade", found["value"].upper())
    found = _PAID.fullmatch(plain)
    paid = about(found["value"]) if found else None
    if found and paid and paid[1] == len(found["value"]):
        return Changed("paid", paid[0])
    return None
