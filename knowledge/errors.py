"""Errors that a person can act on. Each class's docstring is its default message, in the user's language."""

from collections.abc import Iterable


class ZhikeError(Exception):
    """出错了，请稍后再试。"""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or type(self).__doc__)


class Faults(ZhikeError):
    """知识文件有错。"""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


class UnknownSystem(ZhikeError):
    """没有这个分类系统。"""


class UnknownType(ZhikeError):
    """没有这个类型。"""


class UnknownPlaybook(ZhikeError):
    """没有这个打法。"""
