"""Who looked at a customer, and what becomes of the customer's data. Callback data: `j:<verb>:<customer>`."""

from collections.abc import Sequence
from datetime import datetime

from cards.card import TEXT_LIMIT, Button, Card, Lines, short, units, visible
from cards.days import timed

LOOKED = {"opened": "看了客户卡", "exported": "导出了资料"}


def others(card: Card, owner: str, id: int) -> Card:
    """Another person's customer, to be looked at: the card without the owner's buttons."""
    lines = Lines().add("👀 <b>{}</b> 的客户，只能看。你看过会记下来，他看得到。", short(owner, 40)).gap()
    text = lines.text() + "\n" + card.text
    if units(visible(text)) > TEXT_LIMIT:
        text = lines.add("<i>来往太多，放不下；导出来看。</i>").text()
    rows = (
        (Button("🔁 转交", f"u:who:p{id}"), Button("📄 导出这位", f"j:file:{id}")),
        (Button("👀 谁看过", f"j:seen:{id}"), Button("🗑 彻底删除", f"j:erase:{id}")),
    )
    return Card(text, rows)


def seen(name: str, id: int, rows: Sequence[tuple[str, str, datetime]], *, own: bool) -> Card:
    """Who looked at a customer: (name, what, local time), newest first."""
    lines = Lines().add("👀 <b>{}</b> 被谁看过", short(name, 60))
    if not rows:
        lines.add("除了负责人，还没有人看过。")
    for who, what, at in rows:
        lines.add("· {} {}　{}", timed(at), short(who, 30), LOOKED.get(what, what))
    lines.gap().add("<i>能看的只有负责人和他上面的主管、管理员；看一次记一次（同一天只记最后一次）。</i>")
    return Card(lines.text(), ((Button("⬅️ 返回", f"{'p:open' if own else 'y:see'}:{id}"),),))


def ask_erase(name: str, owner: str, id: int) -> Card:
    """A manager erases a rep's customer?"""
    lines = Lines().add("真的彻底删除 <b>{}</b>（{} 的客户）？", short(name, 60), short(owner, 40))
    lines.add("来往、判断、提醒、抱怨、人脉、名单里的名字会一起删掉，找不回来。客户要求删除他的资料时才用。")
    return Card(lines.text(), ((Button("🗑 彻底删除", f"j:erased:{id}"), Button("不删了", f"y:see:{id}")),))


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
