"""What admins are told about the service itself, and managers about a person or a group that messages do not reach."""

from datetime import datetime

from cards.card import Card, Lines, short
from cards.days import timed

ALARMS = {
    "late": (
        "推送停过",
        "从 {since} 起有 {figure} 分钟没有动静，没发的会补上。看看机器是不是停过、太忙，或者网络断了。",
    ),
    "incomplete": ("有推送没发出去", "{figure} 条该发的还没发成，会接着试。多半是网络或 Telegram 的问题。"),
    "clock": ("服务器的时间跳了", "{since} 前后一下子差了 {figure} 分钟。早上的推送靠这个时间，请核对。"),
    "disk": ("磁盘快满了", "数据库那块盘只剩 {figure} MB。满了就什么都记不下来，请尽快腾地方。"),
}
OVERS = {
    "late": "推送恢复了",
    "incomplete": "积压的推送都处理完了",
    "clock": "服务器的时间稳定了",
    "disk": "磁盘又有地方了",
}
UNITS = {"late": "{} 分钟", "incomplete": "{} 条", "clock": "{} 分钟", "disk": "剩 {} MB"}
TITLES = {kind: title for kind, (title, _) in ALARMS.items()}


def figures(kind: str, figure: int) -> str:
    """A trouble's figure with its unit."""
    return UNITS[kind].format(figure)


def alarm(kind: str, figure: int, since: datetime) -> Card:
    """A trouble began."""
    title, what = ALARMS[kind]
    lines = Lines().add("⚠️ <b>{}</b>", title).add(what, since=timed(since), figure=figure)
    return Card(lines.add("<i>好了会再告诉你。详情：/health</i>").text())


def over(kind: str, since: datetime, until: datetime) -> Card:
    """It is over."""
    return Card(Lines().add("✅ <b>{}</b>", OVERS[kind]).add("从 {} 到 {}。", timed(since), timed(until)).text())


def no_room() -> Card:
    """Nothing can be written any more; not even that this was told."""
    return Card(
        Lines().add("🛑 <b>数据库写不进去了</b>").add("多半是磁盘满了。腾出地方之前，谁的话我都记不下来。").text()
    )


def gone(name: str) -> Card:
    """A manager is told about a rep."""
    lines = Lines().add("📵 <b>{}</b> 收不到我的消息了（停用了机器人，或者账号没了）。", name)
    lines.add("刚才那条没有送到，以后的也不再发。让他对我点一下 /start 就恢复。")
    return Card(lines.add("<i>团队情况：/team</i>").text())


def lost_group(title: str, *, removed: bool, morning: bool) -> Card:
    """A manager is told that nothing can be said in a group, and what to do about it; `morning`: it was told there by
    itself.
    """
    lines = Lines()
    stops = "早上的报数和 /team 都停了" if morning else "/team、/list 在那里都答不了"
    name = f"“{short(title, 60)}”" if title else "团队的一个群"
    if removed:
        lines.add("📣 我不在群{}里了，{}。", name, stops)
        lines.add("要恢复：把我重新拉进群就行，登记还在，不用再发 /here。")
    else:
        lines.add("📣 我在群{}里发不了言，{}。", name, stops)
        lines.add("要恢复：请群管理员在群成员里点我，打开“发送消息”；整个群只许管理员发言的，把我设成管理员。")
        lines.add("弄好以后，主管在群里发一次 /team，我答了就是通了。")
    return Card(lines.add("<i>不打算要了就不用管，这件事只说这一遍。</i>").text())
