"""Who looked at a customer, and what becomes of the customer's data. Callback data: `j:<verb>:<customer>`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cards.card import Button, Card, Lines, short
from cards.days import timed
from cards.people import ROLES

MOST = 6  # people who are named
LOOKED = {"opened": "看了客户卡", "exported": "导出了资料"}
SEEN = (
    "你有多少客户、各是什么等级和类型",
    "这周联系了几次、哪些客户在等、成交几位",
    "客户卡上写的：类型、电话、备注、下一步、来往、抱怨、人脉；导出的表里还有判断时写的话",
    "哪几条打法有用：只看加起来的次数",
)
UNSEEN = ("你查打法、查话、问我的别的话", "练习里的回答和对错（只知道练没练）", "你给自己做的测试")


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked at a customer; `at` is local time."""

    who: str
    customer: str
    what: str
    at: datetime


def seen(
    above: Sequence[tuple[str, str, str]],
    looks: Sequence[Look],
    *,
    manages: bool = False,
    name: str = "",
    back: str = "",
) -> Card:
    """Who may see what of somebody, and who did look: at one customer (its `name`), or at all of them.

    `above` are (name, role, team) of those who may; `looks` come newest first; `back` is where 返回 leads.
    """
    lines = Lines().add("👀 <b>谁能看、谁看过</b>{}", f"　{short(name, 60)}" if name else "")
    if above:
        named = "、".join(
            f"{short(one, 20)}（{ROLES[role]}{'，' + team if team else ''}）" for one, role, team in above[:MOST]
        )
        lines.add("能看的人：{}{}", named, f" 等 {len(above)} 人" if len(above) > MOST else "")
    else:
        lines.add("现在没有别人能看：{}上面没有主管。", "负责人" if name else "你")
    lines.gap().add("<b>谁看过</b>{}", "" if looks else "：还没有人。")
    for one in looks:
        customer = "" if name else f"：{short(one.customer, 30)}"
        did = LOOKED.get(one.what, one.what)
        lines.add("· {} {}　{}{}", timed(one.at), short(one.who, 30), did, customer)
    lines.add("<i>看一次记一次，同一天只记最后一次。</i>")
    if above and not name:
        lines.gap().add("<b>他们看得到</b>").items(SEEN)
        lines.gap().add("<b>他们看不到</b>").items(UNSEEN)
    lines.gap().add("同级的同事看不到{}，除非转交给他。", "这位客户" if name else "你的客户")
    if manages:
        lines.add("你带团队：能看到自己团队和下级团队的，看不到别的团队的。")
    if not name:
        lines.add("<i>这些是用来帮忙的：谁忙不过来、哪位客户要搭把手。</i>")
    return Card(lines.text(), ((Button("⬅️ 返回", back),),) if back else ())


def ask_erase(name: str, owner: str, id: int) -> Card:
    """A manager erases a rep's customer?"""
    lines = Lines().add("真的彻底删除 <b>{}</b>（{} 的客户）？", short(name, 60), short(owner, 40))
    lines.add("来往、判断、提醒、抱怨、人脉、名单里的名字会一起删掉，找不回来。客户要求删除他的资料时才用。")
    return Card(lines.text(), ((Button("🗑 彻底删除", f"j:erased:{id}"), Button("不删了", f"t:see:{id}")),))


def erased_for(by: str) -> Card:
    """To the owner, without the name."""
    return Card(Lines().add("🗑 {} 按客户的要求，把你的一位客户的资料彻底删除了。", short(by, 40)).text())


def writing() -> str:
    """The file is being made."""
    return "正在写，马上发来。"


def file_name(id: int, day: str) -> str:
    """What the file of one customer is called; a name would stay in the phone's folder."""
    return f"客户{id}_{day}.xlsx"


def caption() -> str:
    """Below the file."""
    return "这位客户的全部资料：客户、来往、提醒、投诉、人脉、测试、判断、资料各一张表。别随手转给外人。"
