"""The settings: one page with everything, and a page for each thing. Callback data: `s:<what>[:<value>]`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cards.card import Button, Card, Lines, Rows, grid, short
from knowledge.scenes import Scene

ZONES = {
    "Asia/Shanghai": "北京",
    "Asia/Taipei": "台北",
    "Asia/Hong_Kong": "香港",
    "Asia/Singapore": "新加坡",
    "Asia/Kuala_Lumpur": "吉隆坡",
    "Asia/Bangkok": "曼谷",
    "Asia/Tokyo": "东京",
    "Australia/Sydney": "悉尼",
    "Europe/London": "伦敦",
    "America/New_York": "纽约",
    "America/Vancouver": "温哥华",
    "America/Los_Angeles": "洛杉矶",
}
MORNINGS = ("07:30", "08:00", "08:30", "09:00", "09:30")
EVENINGS = ("17:00", "17:30", "18:00", "18:30", "19:00")
NIGHTS = (("20:00", "08:00"), ("21:00", "08:00"), ("22:00", "07:00"), ("22:00", "08:00"))
LEADS = (15, 30, 60, 90, 120)
BACK = (Button("⬅️ 回设置", "s:open"),)


@dataclass(frozen=True, slots=True)
class Settings:
    """What somebody has set; `evening` is "" for none, `lead` 0 for none, `away` the leave in words, "" for none.
    `pushes` says when messages come (`cards/hours.py`), `digest` is None for whom there is none; `groups` are those in
    which figures of somebody's team are told.
    """

    morning: str
    evening: str
    quiet: tuple[str, str]
    lead: int
    tz: str
    away: str
    scene: str
    drill: bool
    dark: bool
    pushes: str
    digest: bool | None = None
    groups: int = 0


LOOKS = {"light": "浅色", "dark": "深色"}
LOST = {"removed": "我不在这个群里了", "muted": "我在群里发不了言"}


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A team's group: whether the figures are told there in the morning, and why nothing can be said there any more, ""
    where it can.
    """

    chat_id: int
    title: str
    at: str
    digest: bool
    lost: str


def settings(told: Settings) -> Card:
    """Everything on one page."""
    lines = Lines().add("⚙️ <b>设置</b>")
    lines.add("🌅 早上推送：<b>{}</b>（{}时间）", told.morning, zone(told.tz))
    lines.add("🌆 傍晚问一句：<b>{}</b>", f"{told.evening}，只问说好今天办的" if told.evening else "不问")
    lines.add("🌙 免打扰：<b>{}</b>", night(told.quiet))
    lines.add("🧳 见面前一页：<b>{}</b>", before(told.lead))
    lines.add("🏖 请假：<b>{}</b>", told.away or "没有")
    lines.add("🎬 场景：<b>{}</b>（看客户先看哪几面）", told.scene)
    lines.add("🏋️ 练习：早上的清单里<b>{}</b>", "提一句“今天练两分钟？”" if told.drill else "不提")
    lines.add("🖼 图片：<b>{}</b>", LOOKS[look(told)])
    if told.digest is not None:
        lines.add("👥 团队：早上<b>{}</b>", "说三件要你看的事" if told.digest else "不说团队的事")
    lines.gap().add("下一次：{}", told.pushes)
    lines.gap().add("<i>直接写也行，例：/settings 下周一到周五请假，/settings 早上八点半</i>")
    practice = Button(
        "🏋️ 早上不提练习" if told.drill else "🏋️ 早上提一句练习", f"s:drill:{'off' if told.drill else 'on'}"
    )
    buttons = [
        Button("🌅 早上几点", "s:page:push"),
        Button("🌆 傍晚几点", "s:page:evening"),
        Button("🌙 免打扰", "s:page:quiet"),
        Button("🧳 见面前一页", "s:page:lead"),
        Button("🌏 时区", "s:page:tz"),
        Button("🏖 请假", "s:page:away"),
        Button("🎬 换场景", "s:scenes"),
        practice,
        Button("🖼 图片深浅", "s:page:look"),
        Button("👀 谁能看、谁看过", "j:seen:0"),
    ]
    if told.digest is not None:
        label = "👥 早上不说团队" if told.digest else "👥 早上说说团队"
        buttons.append(Button(label, f"s:digest:{'off' if told.digest else 'on'}"))
    if told.groups:
        buttons.append(Button("📣 团队的群", "s:groups"))
    return Card(lines.text(), grid(buttons, 2))


def groups(told: Sequence[GroupLine]) -> Card:
    """What is told by itself in the team's groups."""
    lines = Lines().add("📣 <b>团队的群</b>：工作日早上报一次数，只有数，没有客户的名字。")
    buttons = []
    for one in told:
        name = short(one.title or "没有名字的群", 30)
        state = LOST.get(one.lost) or (f"早上 {one.at} 报数" if one.digest else "早上不报")
        lines.add("· {}：<b>{}</b>", name, state)
        if not one.lost:
            verb, wanted = ("🔕 不报：", "off") if one.digest else ("🔔 报：", "on")
            buttons.append(Button(f"{verb}{short(name, 20)}", f"s:group:{one.chat_id}:{wanted}"))
    lines.gap().add("<i>钟点跟登记这个群的主管自己早上的一样。要加一个群：把我拉进去，主管在群里发 /here。</i>")
    return Card(lines.text(), (*grid(buttons, 1), BACK))


def scenes(found: Mapping[str, Scene], chosen: str) -> Card:
    """Which line of business?"""
    lines = Lines().add("🎬 你做哪一行？看客户先看什么，由它定。")
    for scene in found.values():
        lines.add("<b>{}</b>{}　{}", scene.zh, "（现在）" if scene.id == chosen else "", scene.about)
    buttons = [Button(scene.zh, f"s:scene:{scene.id}") for scene in found.values()]
    return Card(lines.text(), (*grid(buttons, 2), BACK))


def zone(tz: str) -> str:
    """A time zone as it is called."""
    return ZONES.get(tz, tz)


def night(quiet: tuple[str, str]) -> str:
    """Quiet hours."""
    return "不设" if quiet[0] == quiet[1] else f"{quiet[0]}–{quiet[1]}"


def before(lead: int) -> str:
    """How long before an appointment its brief comes."""
    return f"提前 {lead} 分钟" if lead else "不发"


def page(what: str, told: Settings, notice: str = "") -> Card:
    """One thing to set; `notice` is what has just become of it."""
    pages = {
        "push": _morning, "evening": _evening, "quiet": _quiet, "lead": _lead, "tz": _tz, "away": _away, "look": _look
    }  # fmt: skip
    lines, buttons = pages[what](told)
    said = Lines().add("✅ {}", notice).gap() if notice else Lines()
    return Card(said.add("{}", lines.text()).text(), (*buttons, BACK))


def _choices(what: str, now: str, values: Sequence[tuple[str, str]]) -> list[Button]:
    return [Button(f"{'✓ ' if value == now else ''}{zh}", f"s:{what}:{value}") for value, zh in values]


def _morning(told: Settings) -> tuple[Lines, Rows]:
    lines = Lines().add("🌅 早上几点把今天的清单发给你？现在 <b>{}</b>", told.morning)
    lines.add("<i>只在工作日发。你定的钟点在免打扰里也照发。</i>")
    choices = _choices("push", told.morning, [(at, at) for at in MORNINGS])
    return lines, grid([*choices, Button("🕗 自己写", "s:ask:push")], 3)


def _evening(told: Settings) -> tuple[Lines, Rows]:
    lines = Lines().add("🌆 傍晚几点问一句？现在 <b>{}</b>", told.evening or "不问")
    lines.add("<i>只问说好今天办、还没记的；都记了就不发。</i>")
    choices = _choices("evening", told.evening, [*((at, at) for at in EVENINGS), ("off", "不问")])
    return lines, grid([*choices, Button("🕗 自己写", "s:ask:evening")], 3)


def _quiet(told: Settings) -> tuple[Lines, Rows]:
    lines = Lines().add("🌙 几点到几点别打扰你？现在 <b>{}</b>", night(told.quiet))
    lines.add("<i>这段时间里要发的，等过了再发。你自己定的早上、傍晚钟点照发；给管理员的故障警报也照发。</i>")
    values = [(f"{begin}-{end}", f"{begin}–{end}") for begin, end in NIGHTS]
    choices = _choices("quiet", "-".join(told.quiet), [*values, ("off", "不设")])
    return lines, grid([*choices, Button("🕗 自己写", "s:ask:quiet")], 2)


def _lead(told: Settings) -> tuple[Lines, Rows]:
    lines = Lines().add("🧳 约好了钟点的，提前多久把他的那一页发给你？现在 <b>{}</b>", before(told.lead))
    lines.add("<i>例：/visit 王总 聊了报价，明天下午三点再去，我就在两点发。没说钟点的，早上的清单里有按钮。</i>")
    choices = _choices("lead", str(told.lead), [*((str(one), f"{one} 分钟") for one in LEADS), ("0", "不发")])
    return lines, grid([*choices, Button("🕗 自己写", "s:ask:lead")], 3)


def _tz(told: Settings) -> tuple[Lines, Rows]:
    lines = Lines().add("🌏 你在哪个时区？现在 <b>{}</b>", zone(told.tz))
    choices = _choices("tz", told.tz, list(ZONES.items()))
    return lines, grid([*choices, Button("🕗 自己写", "s:ask:tz")], 3)


def look(told: Settings) -> str:
    """How somebody's pictures look."""
    return "dark" if told.dark else "light"


def _look(told: Settings) -> tuple[Lines, Rows]:
    lines = Lines().add("🖼 图片用浅色还是深色？现在 <b>{}</b>", LOOKS[look(told)])
    lines.add("<i>聊天界面是深色的，选深色不刺眼。Telegram 不告诉我你用哪种，所以由你定；以后发的图都照这个。</i>")
    return lines, grid(_choices("look", look(told), list(LOOKS.items())), 2)


def _away(told: Settings) -> tuple[Lines, Rows]:
    lines = Lines().add("🏖 请假：<b>{}</b>", told.away or "没有")
    lines.add("<i>请假那几天我不发消息，回来第一天一条补齐。主管在 /team 里看得到。一次记一段，新的换掉旧的。</i>")
    buttons = [
        Button("今天", "s:away:today"),
        Button("明天", "s:away:tomorrow"),
        Button("下周一到周五", "s:away:week"),
        Button("🕗 自己写", "s:ask:away"),
    ]
    if told.away:
        buttons.append(Button("↩️ 不请了", "s:back"))
    return lines, grid(buttons, 2)


ASKED = {
    "push": "早上几点推送？例：<code>早上八点半</code>，<code>08:10</code>",
    "evening": "傍晚几点问一句？例：<code>六点半</code>，<code>18:30</code>",
    "quiet": "几点到几点别打扰？例：<code>晚上九点到早上八点</code>，<code>22:00-7:30</code>",
    "lead": "提前多久？例：<code>半小时</code>，<code>45 分钟</code>",
    "look": "图片用哪种？例：<code>浅色</code>，<code>深色</code>",
    "tz": "哪个城市？例：<code>东京</code>，或时区名 <code>Europe/Paris</code>",
    "away": "哪天到哪天请假？例：<code>下周一到周五</code>，<code>明天</code>，<code>12月1号起十天</code>",
}
UNREAD = {
    "push": "没看懂是几点。这样写：<code>早上八点半</code>，或 <code>08:10</code>。",
    "evening": "没看懂是几点。这样写：<code>六点半</code>，或 <code>18:30</code>。",
    "quiet": "没看懂是几点到几点。这样写：<code>晚上九点到早上八点</code>。",
    "lead": "没看懂是多久，最长 12 小时。这样写：<code>半小时</code>，或 <code>45 分钟</code>。",
    "look": "没看懂。这样写：<code>浅色</code>，或 <code>深色</code>。",
    "tz": "没认出来。写一个上面的城市，或时区名，如 <code>Europe/Paris</code>。",
    "away": "没看懂是哪几天，或者已经过了。这样写：<code>下周一到周五</code>，<code>明天</code>。",
}


def ask(what: str) -> Card:
    """Write it yourself."""
    return Card(Lines().add(f"{ASKED[what]}。不改了就点 /cancel").text())


def unread(what: str) -> Card:
    """It was not understood."""
    return Card(Lines().add(UNREAD[what]).text())


def unknown() -> Card:
    """`/settings` with something that is none."""
    lines = Lines().add("没看懂要设什么。这样写都行：")
    lines.items(
        (
            "/settings 早上八点半",
            "/settings 傍晚六点",
            "/settings 晚上九点到早上八点免打扰",
            "/settings 提前半小时",
            "/settings 下周一到周五请假",
            "/settings 东京",
            "/settings 图片深色",
        )
    )
    return Card(lines.text(), (BACK,))
