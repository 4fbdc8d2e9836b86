"""The words of the people map. Callback data: `h:<verb>:<person or customer>[:<argument>[:<argument>]]`."""

from collections.abc import Sequence

from cards.card import Button, Card, Lines, Rows, grid, short
from knowledge.contacts import DECIDES, INFLUENCE, SCALES, TIES, Contact, Gap, gaps, ranked, tie_in

EXAMPLE = "李工 技术科 影响大 跟我们近 拍板"
SHOWN = 20  # people in one table
HINTS = 3
WIDTH = 5  # full-width characters of a name in the table
# UTF-16 units
NAME = 40
DETAIL = 70
NOTE = 200
LABELS = {  # buttons of the scales
    "influence": {"large": "影响力大", "middle": "影响力中", "small": "影响力小"},
    "tie_us": {"near": "跟我们近", "middle": "跟我们一般", "far": "跟我们远"},
    "tie_them": {"near": "跟对手近", "middle": "跟对手一般", "far": "跟对手远"},
    "decides": {"decides": "拍板", "influences": "影响", "uses": "使用", "guards": "把门"},
}
FIELDS = {"name": "称呼", "title": "职务", "owner": "我方谁盯", "note": "备注"}
ASKED = {
    "name": "怎么称呼？例：李工",
    "title": "什么职务、哪个部门？例：技术科科长",
    "owner": "我们这边谁盯这个人？例：小林。自己盯就发“我”。",
    "note": "要记什么？例：爱喝茶，孩子今年高考",
}
MISSING = {
    "influence": "影响力",
    "tie_us": "跟我们的关系",
    "tie_them": "跟对手的关系",
    "decides": "拍板、影响、使用还是把门",
}
GAPS = {
    "no_decider": "还不知道谁拍板。问一句：“这件事最后谁签字？”",
    "decider_lost": "拍板的 {} 离对手比离我们近，先想办法走近。",
    "decider_far": "拍板的 {} 离我们还远，找个能引见的人。",
    "decider_unknown": "拍板的 {} 跟我们近不近，还没记。",
    "strong_lost": "{} 影响大，离对手更近，留神他说什么。",
    "no_friend": "里面还没有一个跟我们近的人。",
    "single": "只认识一个人，他一走线就断了，再认识一位。",
    "no_owner": "{} 还没定我们这边谁盯。",
    "no_user": "还没有天天使用的人，他们的话拍板的会听。",
    "rival_unknown": "谁跟对手近，一个都没记。",
}


def in_short(people: Sequence[Contact]) -> str:
    """The map in one line of the customer's card."""
    deciders = [one for one in people if one.decides == "decides"]
    if not deciders:
        return f"{len(people)} 人，还不知道谁拍板"
    names = short("、".join(_name(one) for one in deciders), NAME)
    lost = "（离对手更近）" if any(one.lost for one in deciders) else ""
    return f"{len(people)} 人，拍板：{names}{lost}"


def table(name: str, customer: int, people: Sequence[Contact], notice: str = "") -> Card:
    """Everybody at a glance, and what is missing."""
    lines = Lines()
    if notice:
        lines.add("{}", notice).gap()
    lines.add("👥 <b>{} 的人脉</b>　{} 人", name, len(people))
    shown = ranked(people)[:SHOWN]
    if shown:
        lines.add("<code>{}影　我　对　角色</code>", "　" * (WIDTH + 1))
        for one in shown:
            lines.add("<code>{}</code>", _row(one))
        lines.add("<i>影＝影响力　我＝跟我们　对＝跟对手</i>")
    else:
        lines.add("还没有人。一个人一句话就行，例：").add("<i>{}</i>", EXAMPLE)
    if len(people) > SHOWN:
        lines.add("还有 {} 人没列出来。", len(people) - SHOWN)
    details = [f"{_name(one)}：{told}" for one in shown if (told := _detail(one))]
    if details:
        lines.gap().items([short(told, DETAIL) for told in details])
    hints = gaps(people)[:HINTS]
    if hints:
        lines.gap().items([_hint(gap) for gap in hints], "⚠️")
    buttons = [Button(f"✏️ {short(_name(one), 10)}", f"h:one:{one.id}") for one in shown]
    last = (Button("➕ 加人", f"h:add:{customer}"), Button("👤 打开客户", f"p:open:{customer}"))
    return Card(lines.text(), (*grid(buttons, 3), last))


def _name(one: Contact) -> str:
    return one.name or "没写名字"


def _row(one: Contact) -> str:
    name = _name(one)
    head = name if len(name) <= WIDTH else name[: WIDTH - 1] + "…"
    cells = (INFLUENCE.get(one.influence), TIES.get(one.tie_us), TIES.get(one.tie_them), DECIDES.get(one.decides))
    return "　".join([head.ljust(WIDTH, "　"), *(cell or "？" for cell in cells)])


def _detail(one: Contact) -> str:
    owner = f"{one.owner}盯" if one.owner else ""
    return "，".join(part for part in (one.title, owner, one.note) if part)


def _hint(gap: Gap) -> str:
    return GAPS[gap.what].format(short("、".join(name or "没写名字的那位" for name in gap.names), NAME))


def one(person: Contact, customer: int, of: str, notice: str = "") -> Card:
    """A person with everything to tap."""
    lines = Lines()
    if notice:
        lines.add("{}", notice).gap()
    lines.add("👤 <b>{}</b>{}　<i>{} 的人</i>", _name(person), f"　{person.title}" if person.title else "", of)
    known = [LABELS[key][getattr(person, key)] for key in SCALES if getattr(person, key)]
    if known:
        lines.add("{}", " · ".join(known))
    if person.owner:
        lines.add("我方：{}盯", person.owner)
    if person.note:
        lines.add("📝 {}", short(person.note, NOTE))
    if person.missing:
        lines.add("<i>还不知道：{}。点下面补上。</i>", "、".join(MISSING[key] for key in person.missing))
    else:
        lines.add("<i>要改就点；打 ✓ 的再点一下是去掉。</i>")
    return Card(lines.text(), (*_scales(person), *_rest(person, customer)))


def _scales(person: Contact) -> Rows:
    return tuple(
        tuple(
            Button(f"{'✓ ' if getattr(person, key) == code else ''}{zh}", f"h:set:{person.id}:{key}:{code}")
            for code, zh in LABELS[key].items()
        )
        for key in SCALES
    )


def _rest(person: Contact, customer: int) -> Rows:
    fields = tuple(Button(f"✏️ {zh}", f"h:ask:{person.id}:{key}") for key, zh in FIELDS.items())
    return (*grid(fields, 2), (Button("🗑 删掉", f"h:drop:{person.id}"), Button("👥 人脉", f"h:map:{customer}")))


def ask_unread(person: Contact, notice: str = "") -> Card:
    """What does the first piece mean that was not understood?"""
    piece = person.unread[0]
    lines = Lines()
    if notice:
        lines.add("{}", notice).gap()
    lines.add("<b>{}</b>：“{}”没看懂，算什么？", _name(person), short(piece, NAME))
    fields = {key: zh for key, zh in FIELDS.items() if key != "name" or not person.name}
    options = {"us": "跟我们", "them": "跟对手"} if tie_in(piece) else fields
    start = f"h:as:{person.id}:{len(person.unread)}"
    buttons = [Button(zh, f"{start}:{key}") for key, zh in (*options.items(), ("no", "不要了"))]
    return Card(lines.text(), grid(buttons, 2))


def ask_person(name: str) -> Card:
    """Who is there?"""
    lines = Lines().add("<b>{}</b> 那边的人，一个人一句话，想到什么写什么：", name)
    lines.add("<code>{}</code>", EXAMPLE)
    lines.add("<i>影响 大/中/小 · 跟我们、跟对手 近/中/远 · 拍板/影响/使用/把门 · 谁负责。几个人就一人一行。</i>")
    return Card(lines.text())


def no_person() -> Card:
    """Nothing that could be a person."""
    lines = Lines().add("没看出是谁。先写称呼，再写别的，例：").add("<code>{}</code>", EXAMPLE)
    return Card(lines.add("<i>不加了就点 /cancel</i>").text())


def ask_field(person: Contact, field: str) -> Card:
    """The new value of a field."""
    return Card(Lines().add("<b>{}</b>：{}", _name(person), ASKED[field]).add("<i>不改了就点 /cancel</i>").text())


def ask_drop(person: Contact) -> Card:
    """Deleting cannot be undone."""
    rows = ((Button("🗑 删掉", f"h:dropped:{person.id}"), Button("不删", f"h:one:{person.id}")),)
    return Card(Lines().add("把 <b>{}</b> 从人脉里删掉？找不回来。", _name(person)).text(), rows)


def added(new: Sequence[str], changed: Sequence[str]) -> str:
    """Who was written down, and who was there already."""
    told = [f"✅ 记下了：{'、'.join(name or '没写名字的一位' for name in new)}。"] if new else []
    if changed:
        told.append(f"✏️ {'、'.join(changed)} 已经在了，按新说的改了。")
    return f"{''.join(told)}还有谁就接着发。"


def dropped(name: str) -> str:
    """Gone."""
    return f"🗑 {name or '没写名字的那位'} 删掉了。"


def too_many(most: int) -> Card:
    """There is a limit."""
    return Card(Lines().add("一位客户最多记 {} 个人。先把不相干的删掉几个，再加。", most).text())


def gone() -> str:
    """The person does not exist for this caller."""
    return "找不到这个人，可能已经删掉，或者不是你的客户。"
