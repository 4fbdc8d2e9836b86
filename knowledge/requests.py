"""What a plain text asks for, where it is a question to us rather than a description: a list, advice, somebody's week.

Whether there is such a list, such a type or such a person is for others to say.
"""

import re
from dataclasses import dataclass

_END = r"(?:呢|啊|呀|吗|好|才好|比较好|合适)?[?？。!！]*"
_ASK = (
    r"(?:请问|问一下|想问一?下?|帮我(?:看看|查查|列一?下|找找)"
    r"|(?:给我)?(?:看看|看一下|查一下|查查|列出来?|列一下|找出来?|找一下))?[\s,，]*"
)
_LISTS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_ASK}(?P<core>.+?)的?(?:客户|人)?(?:都?有哪些|有哪几[个位家]|是哪些|是哪几[个位家]|都?有谁|都?是谁|有多少|有几[个位家])(?:客户|人)?{_END}",
        rf"{_ASK}(?:都?有)?(?:哪些|哪几[个位家]|谁)(?:客户|人)?(?:是|还|都)?(?P<core>.+?){_END}",
        rf"{_ASK}(?P<core>.+?)的?客户(?:列表|名单)?{_END}",
    )
)
_NEVER = re.compile(r"(?:好久)?(?:还)?(?:没|没有|未)(?:怎么)?联系过?的?")
_HOW = r"(?:怎么|咋|如何|怎样|该怎么|应该怎么|要怎么)"
_DO = r"(?:办|弄|处理|应对|对付|回答?|接话?|解决|搞定|打交道|相处|沟通|谈|聊天?|说服|拿下|跟进|开口|开场|说话?|讲|催)"
_BEFORE = re.compile(
    rf"{_ASK}(?:我)?(?:如果|要是|遇到|遇上|碰到|碰上)?(?P<core>[^,，。;；]+?)(?:的话|的时候|时)?[\s,，]*(?:我)?(?:该|应该|要|得)?(?<![没不]){_HOW}{_DO}{_END}"
)
_BEHIND = re.compile(
    rf"{_ASK}(?:我)?(?:该|应该|要)?{_HOW}(?:去|才能|能)?(?:(?:跟|和|与|同|向|对|给)(?P<with>[^,，。;；]+?){_DO}|(?:应对|对付|处理|搞定|说服|拿下|面对|接待|沟通|回复|回答)(?P<core>[^,，。;；]+?)){_END}"
)
_TOLD = re.compile(r"[问教]我|不知道|不晓得|没想好|[问说]他|他[问说]")  # somebody else asks: 他问我怎么办
_AROUND = re.compile(
    r"^(?:这个|这种|那种|一个|遇到|碰到|客户|顾客|对方|人家|他|她|老是|总是|一直|老|总|说|讲)+(?=.{2})|(?:类型)?的?(?:客户|顾客|人|这种人|这类人)$|的$"
)
_WEEK = re.compile(
    r"(?P<core>[^\s,，。]{1,10}?)[\s,，]*(?:这周|本周|这个?星期|这一周|这几天|最近|今天|近来)?(?:的?(?:情况|业绩|工作|进展))?"
    rf"(?:干得|做得|跟得|过得|表现|现在)?(?:怎么样|怎样|咋样|如何)了?{_END}"
)


_TYPE = re.compile(r"\w{1,6}型(?=[?？。!！]*$)")  # a type and nothing else: to be looked up


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for - list, advice or how somebody is - and in which words."""

    what: str
    words: str


def requests(text: str) -> list[Request]:
    """Everything that a text may ask for, the likeliest first; nothing where it is no question."""
    plain = text.strip()
    found = []
    if week := _WEEK.fullmatch(plain):
        found.append(Request("who", week["core"].removesuffix("的")))
    if (how := _advice(plain)) and not _TOLD.search(plain):
        found.append(Request("advice", how))
    if type := _TYPE.match(plain):
        found.append(Request("type", type[0]))
    for pattern in _LISTS:
        if asked := pattern.fullmatch(plain):
            core = asked["core"].strip()
            found.append(Request("list", "好久没联系" if _NEVER.fullmatch(core) else core))
    return found


def _advice(text: str) -> str:
    found = _BEHIND.fullmatch(text)
    core = (found["with"] or found["core"]) if found else ""
    if not found:
        before = _BEFORE.fullmatch(text)
        core = before["core"] if before else ""
    bare = _AROUND.sub("", core.strip())
    return _AROUND.sub("", bare).strip()
