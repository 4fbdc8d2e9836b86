"""Joining, help, settings, refusals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cards.alarms import TITLES, figures
from cards.card import Button, Card, Lines, grid, short
from cards.days import timed

ROLES = {"rep": "销售", "manager": "主管", "admin": "管理员"}

COMMANDS = {
    "new": "见客户前：判断一位客户",
    "customers": "我的客户",
    "list": "名单：A级 两周没联系",
    "prep": "去见谁：一页看完",
    "visit": "记一次联系",
    "today": "今天要联系谁",
    "remind": "设一个提醒",
    "advice": "查打法：哪种客户、哪件事怎么做",
    "check": "话发出去之前，先查一查",
    "abc": "谁是大头：按成交额排",
    "map": "忠诚与购买力四格",
    "test": "测一测：给自己或客户做小测试",
    "practice": "练两分钟：认人、接话、写一句",
    "import": "导入客户表",
    "export": "导出客户和来往",
    "transfer": "转交客户",
    "pool": "公海：没人跟的客户，谁想跟就认领",
    "settings": "推送、免打扰、请假等设置",
    "help": "怎么用",
    "cancel": "放下手头这一步",
    "leave": "离开团队",
}
MANAGER_COMMANDS = {
    "team": "团队情况",
    "rep": "看一位销售的一周",
    "overdue": "哪些客户在等，点一下提醒",
    "funnel": "客户走到哪一步了",
    "types": "团队的客户是哪些人",
    "invite": "邀请同事",
}
ADMIN_COMMANDS = {"health": "运行情况"}


def commands(role: str) -> dict[str, str]:
    """The command menu of a role."""
    extra = {}
    if role in {"manager", "admin"}:
        extra = MANAGER_COMMANDS | (ADMIN_COMMANDS if role == "admin" else {})
    return {"new": COMMANDS["new"], **extra, **COMMANDS}


def stranger() -> Card:
    """Unknown people get this and nothing else."""
    return Card(Lines().add("你好，这个助手只给受邀的团队成员用。请向你的主管要一个邀请链接。").text())


def join_first() -> str:
    """The button that a stranger gets instead of answers, where the bot's name is typed in some chat."""
    return "只给团队成员用，点这里看怎么加入"


def welcome(name: str, role: str, team: str) -> Card:
    """Somebody joined."""
    lines = (
        Lines().add("欢迎，{}！你已加入{}，身份是<b>{}</b>。", name, f"“{team}”" if team else "团队", ROLES[role]).gap()
    )
    lines.add("马上试试：把一位客户的样子用一句话发给我，例：")
    lines.add("<i>进门先看了一圈，问三句才回一句，价钱也没提</i>").gap()
    lines.add("我会说这大概是哪种客户、凭什么这么说、怎么打交道。")
    if role != "rep":
        lines.add("带团队：/invite 邀请同事，/team 看团队情况。")
    return Card(lines.text(), ((Button("🔎 判断一位客户", "new"),),))


def hello(name: str) -> Card:
    """Somebody who is a member says /start."""
    lines = Lines().add("{}，你好。要去见谁？用一句话说说他当时的样子，或者：", name)
    return Card(
        lines.text(),
        (
            (Button("🔎 判断一位客户", "new"), Button("📌 今天要联系谁", "r:today")),
            (Button("📋 我的客户", "p:page:0"),),
        ),
    )


def bad_invite() -> Card:
    """The link does not work."""
    return Card(Lines().add("这个邀请链接用不了：可能已经用过、过期或者被收回。请向主管要一个新的。").text())


def own_invite() -> Card:
    """The maker of a link opened it."""
    return Card(Lines().add("这个链接是给要加入的人用的，转发给他就行。你点开不算，它还能用一次。").text())


def help_text(role: str) -> Card:
    """How it works, in one screen."""
    lines = Lines().add("<b>见客户前</b>：发一句他的样子，回答两三个问题，就知道是哪种人、怎么打交道。")
    lines.add("<b>见完</b>：/visit 王总 聊了报价，下周三再联系。我会记下来，到日子提醒你。")
    lines.add("<b>每天早上</b>：一条消息告诉你今天该联系谁，点一下就办完。").gap()
    for command, zh in commands(role).items():
        lines.add("/{} {}", command, zh)
    lines.gap().add("主管能看到你的什么，在 /settings 里点“谁能看、谁看过”。")
    lines.add("直接发客户的名字，就打开他的卡片。问到一半也可以先去看别的，回来接着答。")
    return Card(lines.text())


def invited(link: str, role: str, team: str, until: datetime) -> Card:
    """A link to pass on."""
    lines = Lines().add(
        "把下面这个链接发给要加入的人（{}{}）。只能用一次，{} 前有效：",
        ROLES[role],
        f"，{team}" if team else "",
        timed(until),
    )
    return Card(lines.add("{}", link).text())


@dataclass(frozen=True, slots=True)
class Invitation:
    """An open invitation; `until` in local time."""

    id: int
    role: str
    team: str
    by: str
    until: datetime


OPEN = 20  # invitations that are listed


def ask_invite(may_admin: bool, open_: Sequence[Invitation] = ()) -> Card:
    """Whom? And the invitations that still wait for somebody, each to be taken back."""
    buttons = [Button("邀请销售", "v:rep"), Button("邀请主管", "v:manager")]
    if may_admin:
        buttons.append(Button("邀请管理员", "v:admin"))
    lines = Lines().add("邀请谁进来？")
    if may_admin:
        lines.add("要指定团队就这样发：<code>/invite 销售 城东一组</code>")
    if open_:
        lines.gap().add("还没用的邀请 {} 个：", len(open_))
    for at, one in enumerate(open_[:OPEN], start=1):
        who = "，".join(
            part
            for part in (ROLES[one.role], short(one.team, 30), f"{short(one.by, 20)}发的" if one.by else "")
            if part
        )
        lines.add("{}. {}，{} 前有效", at, who, timed(one.until))
    back = [Button(f"✖️ 收回 {at}", f"v:revoke:{one.id}") for at, one in enumerate(open_[:OPEN], start=1)]
    return Card(lines.text(), (*grid(buttons, 2), *grid(back, 4)))


def revoked() -> str:
    """An invitation does not work any more."""
    return "收回了，那个链接用不了了。"


def not_allowed() -> str:
    """The role does not reach."""
    return "这个功能是主管用的。需要的话，请你的主管来操作。"


def admins_only() -> str:
    """Not even managers may do this."""
    return "这个功能是管理员用的。需要的话，请管理员来操作。"


def cancelled(what: str) -> Card:
    """Something was put down."""
    return Card(Lines().add("{}", what).text())


TEXT_ONLY = {
    "voice": "语音我还听不懂。手机输入法的语音转文字可以用：说一句，转成字发给我就行。",
    "sticker": "表情收到了，但看不出客户是什么样的人。用一句话说说他吧。",
    "photo": "图片我还看不懂。用一句话说说这位客户吧。",
    "document": "这种文件我看不懂。客户表发 xlsx 或 CSV，点 /import 有空表；说一位客户，用一句话就行。",
    "contact": "名片收到了，但我还不会直接存。这样发就能存：/new 王总，判断完再填电话。",
    "location": "位置收到了。我只看得懂文字，用一句话说说这位客户吧。",
    "other": "这种消息我看不懂。用文字说一句客户的样子就行。",
}


def text_only(kind: str) -> Card:
    """Only text is understood."""
    return Card(Lines().add("{}", TEXT_ONLY[kind]).text())


def no_words() -> Card:
    """A message without a word."""
    return Card(
        Lines().add("没看到文字。用一句话说说这位客户怎么说话、怎么做事，例：<i>价钱问了三遍，还要送安装</i>").text()
    )


def too_long(limit: int) -> Card:
    """More than can be used."""
    return Card(
        Lines().add("这段太长了（超过 {} 字）。挑最能说明客户为人的两三句发给我，刚才的进度没丢。", limit).text()
    )


def polite(*, asked: bool) -> Card:
    """A greeting or thanks; `asked`: a question still waits."""
    if asked:
        return Card(Lines().add("在呢 🙂 上面那一问还等着你：点一个，或者说一句他的样子。").text())
    return Card(Lines().add("在呢 🙂 要见谁？说一句他的样子，例：<i>他一直比较三家的参数，要看检测报告</i>").text())


WAITED = {
    "fact": "那一项资料",
    "until": "改到哪天",
    "remind": "哪天提醒",
    "kdue": "哪天前答复",
    "name": "怎么称呼",
}


def still_waiting(what: str) -> Card:
    """Something else was dealt with; what was asked before still waits. `what` is that in a word, "" for none."""
    lines = Lines().add("⏳ 刚才问的{}还等着你，直接发就行；不填了点 /cancel", f"“{what}”" if what else "那一项")
    return Card(lines.text())


def no_choice_waits() -> Card:
    """A choice's number where nothing is asked."""
    return Card(
        Lines()
        .add("现在没有等着选的问题。接着看刚才那位，点上面的 ➕ 再问几个；换一位，就用一句话说说他的样子。")
        .text()
    )


def foreign() -> Card:
    """Not Chinese."""
    return Card(Lines().add("我只懂中文。用中文说一句客户的样子，例：<i>他一直比较三家的参数，要看检测报告</i>").text())


def unknown_command() -> Card:
    """No such command."""
    return Card(Lines().add("没有这个命令。点 /help 看看能做什么。").text())


def stale() -> str:
    """A made-up or outdated button."""
    return "这个按钮已经过期了，看最新的那条消息。"


def trouble(code: str) -> Card:
    """Our own fault."""
    return Card(
        Lines()
        .add("我这边出了点问题（编号 {}），刚才那一步没有生效。稍等一会儿再试；还不行就把编号告诉管理员。", code)
        .text()
    )


CAUSES = {
    "no_answer": "网络半路断了",
    "died": "发到一半程序停了",
    "late": "到晚上也没发成",
    "blocked": "对方停用了机器人",
    "muted": "在群里发不了言",
    "refused": "Telegram 不收",
    "ours": "程序出错",
}
NAMES = 10  # of people whom messages do not reach; there may be hundreds


def health(
    *,
    open_: Sequence[tuple[str, int, datetime]],
    ticked: int | None,
    processes: int,
    last: tuple[datetime, datetime, int] | None,
    coming: tuple[datetime, int] | None,
    waiting: int,
    pause: datetime | None,
    troubles: Mapping[tuple[str, str], int],
    unreachable: Sequence[str],
    free: int | None,
) -> Card:
    """How the service is: `ticked` in seconds ago, `free` in MB; the rest as the store says it, in local time."""
    lines = Lines().add("<b>🩺 运行情况</b>")
    for kind, figure, since in open_:
        lines.add("⚠️ <b>{}</b>（{} 起，{}）", TITLES[kind], timed(since), figures(kind, figure))
    if not open_:
        lines.add("✅ 一切正常")
    lines.gap()
    heart = "还没有" if ticked is None else f"{ticked} 秒前" if ticked < 120 else f"{ticked // 60} 分钟前"
    lines.add("心跳：{}{}", heart, f"（{processes} 个进程）" if processes > 1 else "")
    lines.add("上一次推送：{}", f"{timed(last[0])}–{last[1]:%H:%M}，送到 {last[2]} 条" if last else "还没有")
    lines.add("下一次推送：{}", f"{timed(coming[0])}，{coming[1]} 人" if coming else "没有安排")
    lines.add("等着发的：{}", waiting)
    if pause:
        lines.add("Telegram 要求歇到 {}", f"{pause:%H:%M:%S}")
    if free is not None:
        lines.add("磁盘剩余：{}", f"{free / 1000:.1f} GB" if free >= 1000 else f"{free} MB")
    lines.gap()
    for state, zh in (("uncertain", "七天内没把握送到的"), ("failed", "七天内没送成的")):
        found = {cause: count for (kept, cause), count in sorted(troubles.items()) if kept == state}
        why = "，".join(f"{CAUSES.get(cause, '其他原因')} {count}" for cause, count in found.items())
        lines.add("{}：{}{}", zh, sum(found.values()), f"（{why}）" if why else "")
    more = f" 等 {len(unreachable)} 人" if len(unreachable) > NAMES else ""
    lines.add("收不到消息的人：{}{}", "、".join(unreachable[:NAMES]) or "没有", more)
    return Card(lines.text())
