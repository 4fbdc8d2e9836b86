"""A team's own folder over the shipped files: what it adds, what it replaces, and how every mistake in it is said."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from knowledge.edition import Edition, edition, unread
from knowledge.errors import Faults
from knowledge.facets import facet
from knowledge.rewording import reword
from knowledge.systems import RuleSystem, Systems, load_systems
from knowledge.tree import DATA, Limits, Tree
from tests.knowledge.test_systems import QUESTIONS, SYSTEM, TYPE

Files = Mapping[str, str]


def shipped(name: str, old: str = "", new: str = "") -> str:
    """A shipped file, with a change."""
    text = (DATA / name).read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new, 1) if old else text


def written(folder: Path, files: Files) -> Path:
    """The team's folder with these files."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def read(folder: Path, files: Files, limits: Limits | None = None) -> Edition:
    """The edition of the shipped files with the team's over them."""
    return unread(Tree(DATA, written(folder / "team", files), limits=limits))


def faults(made: Edition, folder: Path) -> list[str]:
    """Everything that is wrong, without the folder of the test."""
    found = [fault for part in made.faults().values() for fault in part]
    return [fault.replace(f"{folder}/", "") for fault in found]


# --- what a team can add ----------------------------------------------------------------------------------------------

SCENES = """[[scene]]
id = "tutoring"
zh = "培训机构"
about = "先看快慢，再看性子"
systems = ["decision_pace", "behavior"]

[[scene]]
id = "store"
zh = "我们的门店"
about = "先看他怎么来的"
systems = ["arrival"]
"""
VIP = """id = "vip"
zh = "会员大户"
aliases = []
definition = "一年成交过百万的会员。"
source = []
origin = "extended"

[card]
essence = "给他专人。"
do = ["指定一个人管到底。"]
dont = ["别让他排队。"]
say = ["您的事直接找我。"]
"""
SIZE_RULES = """needs = ["revenue", "potential"]

[limits]
vip = 1000000

[[rule]]
type = "vip"
when = [["revenue", ">=", "limits.vip"]]
why = "一年成交 {revenue}，过了 {limits.vip}"

[[rule]]
type = "large"
when = [["potential", "=", "big"]]
why = "用量大"

[[rule]]
type = "medium"
when = [["potential", "=", "medium"]]
why = "用量中等"

[[rule]]
type = "small"
when = [["potential", "=", "small"]]
why = "用量小"
"""


def test_the_teams_scenes_are_added_and_replace_those_of_the_same_id(tmp_path: Path) -> None:
    scenes = read(tmp_path, {"scenes.toml": SCENES}).scenes

    assert list(scenes) == ["enterprise", "store", "online", "finance", "big_ticket", "members", "tutoring"]
    assert scenes["store"].zh == "我们的门店"
    assert scenes["tutoring"].systems == ("decision_pace", "behavior")


def test_a_type_is_added_to_a_system_of_rules(tmp_path: Path) -> None:
    made = read(tmp_path, {"size/types/vip.toml": VIP, "size/rules.toml": SIZE_RULES})
    system = made.systems.catalogue("size")
    judged = facet(system, {"revenue": 1_500_000}, (), made.systems.facts)

    assert faults(made, tmp_path) == []
    assert judged.kind is not None
    assert (judged.kind.id, judged.why) == ("vip", "一年成交 150 万元，过了 100 万元")


def own_system(folder: Path, systems: Systems) -> Files:
    """A whole system of rules, with a fact of its own."""
    types = {
        id: VIP.replace('"vip"', f'"{id}"').replace("会员大户", zh) for id, zh in (("in", "在校"), ("out", "校外"))
    }
    return {
        "pupil/system.toml": 'id = "pupil"\nzh = "学员"\nkind = "rule"\nabout = "在不在校"\nsource = []\n',
        **{f"pupil/types/{id}.toml": text for id, text in types.items()},
        "pupil/rules.toml": 'needs = ["at_school"]\n'
        + "".join(
            f'[[rule]]\ntype = "{id}"\nwhen = [["at_school", "=", {value}]]\nwhy = "资料上写的"\n'
            for id, value in (("in", "true"), ("out", "false"))
        ),
        "facts/ours.toml": '[[fact]]\nid = "at_school"\nzh = "在校"\nask = "他还在上学吗？"\nkind = "flag"\n'
        'lasts = 365\nchoices = [{ value = true, zh = "在" }, { value = false, zh = "不在" }]\n',
    }


def test_a_whole_system_with_facts_of_its_own_is_only_files(tmp_path: Path, systems: Systems) -> None:
    made = read(tmp_path, own_system(tmp_path, systems))
    system = made.systems.catalogue("pupil")
    asked = facet(system, {}, (), made.systems.facts)

    assert faults(made, tmp_path) == []
    assert asked.lacking is not None
    assert asked.lacking.ask == "他还在上学吗？"
    assert len(list(made.systems)) == len(list(systems)) + 1


def test_a_card_is_replaced_and_the_shipped_file_stays(tmp_path: Path) -> None:
    changed = shipped("sensory/types/visual.toml", "视觉型", "看样派")
    made = read(tmp_path, {"sensory/types/visual.toml": changed})

    assert faults(made, tmp_path) == []
    assert made.systems.catalogue("sensory").types["visual"].zh == "看样派"
    assert edition().systems.catalogue("sensory").types["visual"].zh == "视觉型"


QUESTION = QUESTIONS.replace("fast", "visual").replace("slow = 2", "other = 2")
VIEW = '[[view]]\nid = "ours"\nzh = "我们的叫法"\nsource = []\nnames = [{{ zh = "闷葫芦", ids = ["{type}"] }}]\n'


def test_a_question_is_added_or_replaced_without_copying_the_others(tmp_path: Path, systems: Systems) -> None:
    again = QUESTION.replace('"deadline"', '"praise_words"')
    made = read(tmp_path, {"sensory/questions.toml": QUESTION + again})

    assert faults(made, tmp_path) == []
    bank = made.systems["sensory"].questions
    assert len(bank) == len(systems["sensory"].questions) + 1
    assert bank["praise_words"].zh == bank["deadline"].zh


def test_playbooks_conflicts_names_and_rhythms_are_added_and_replaced(tmp_path: Path) -> None:
    conflict = shipped("conflicts.toml").split("[[conflict]]")[1]
    made = read(
        tmp_path,
        {
            "playbooks/trial.toml": shipped("playbooks/aida.toml")
            .replace('"aida"', '"trial"')
            .replace("AIDA", "试听课", 2)
            .replace('"爱达模式", "注意兴趣欲望行动", "怎么引导客户", "让客户动心"', '"体验课"'),
            "conflicts.toml": f"[[conflict]]{conflict}".replace('zh = "', 'zh = "照我们的：'),
            "views.toml": VIEW.format(type="silent"),
            "cadence.toml": '[rhythm.A]\nideal = 3\nlatest = 5\nmethod = "phone"\n',
        },
    )

    assert faults(made, tmp_path) == []
    assert "trial" in made.library.playbooks
    assert [one.zh[:5] for one in made.conflicts].count("照我们的：") == 1
    assert len(made.conflicts) == len(edition().conflicts)
    assert made.called("ours").systems.catalogue("behavior").types["silent"].zh == "闷葫芦"
    assert (made.cadence.rhythms["A"].ideal, made.cadence.rhythms["B"].ideal) == (3, 14)


TABOO = """[[more]]
id = "vague"
phrases = ["包你满意"]
swap = { "包你满意" = "不满意七天内可以退" }

[[kind]]
id = "promise"
zh = "不能说的承诺"
origin = "extended"
why = "说了就要赔。"
ask = "合同里写了吗？"
better = "只说合同里写的。"
phrases = ["保证收益", "稳赚不赔"]
swap = { "保证收益" = "过往的数在合同第三页" }
"""


def test_what_a_team_forbids_is_named_even_in_a_friendly_draft(tmp_path: Path) -> None:
    wording = read(tmp_path, {"wording/taboo.toml": TABOO}).wording
    friendly = "王总您好，这款产品保证收益，资料发您了，您看周四下午方便吗？"
    found = [(one.taboo.id, one.swaps) for one in wording.check(friendly)]
    added = [one.taboo.id for one in wording.check("李姐您好，东西明天上午十点送到，包您满意，有事随时找我。")]

    assert edition().wording.check(friendly) == []
    assert found == [("promise", (("保证收益", "过往的数在合同第三页"),))]
    assert added == ["vague"]
    assert wording.check("王总您好，资料发您了，您看周四下午方便吗？") == []


def test_what_a_team_forbids_is_named_first_beside_other_faults(tmp_path: Path) -> None:
    wording = read(tmp_path, {"wording/taboo.toml": TABOO}).wording
    found = [one.taboo.id for one in wording.check("你不懂就别问，稳赚不赔的事你还嫌贵")]

    assert found[0] == "promise"
    assert "contempt" in found


REPAIRS = """[[repair]]
id = "promise"
say = "过往的收益在合同第三页，您可以先看看"

[[repair]]
id = "vague"
about = '包你满意'
say = "不满意七天内可以退"
"""
CLASH = """[[clash]]
types = ["silent"]
patterns = ['你怎么(老|总)?不说话', '说句话']
why = "一催他开口，他更不说。"
better = "给他两个选项挑一个。"
say = "一和二您看哪个合适"
"""


def test_what_a_team_forbids_is_put_in_its_own_better_words(tmp_path: Path) -> None:
    wording = read(tmp_path, {"wording/taboo.toml": TABOO, "wording/repairs.toml": REPAIRS}).wording

    def better(draft: str) -> str:
        reworded = reword(wording, draft, wording.check(draft))
        return reworded.whole if reworded else ""

    assert better("王总您好，这款产品保证收益。") == "王总您好，过往的收益在合同第三页，您可以先看看。"
    assert (
        better("李姐您好，东西明天上午十点送到，包您满意。") == "李姐您好，东西明天上午十点送到，不满意七天内可以退。"
    )
    assert [one.say for one in wording.taboos["vague"].repairs[1:]] == [
        one.say for one in edition().wording.taboos["vague"].repairs
    ]


def test_what_a_team_says_of_a_type_comes_before_what_is_shipped(tmp_path: Path) -> None:
    wording = read(tmp_path, {"wording/clash.toml": CLASH}).wording
    draft = "张总您好，麻烦您说句话，我好给您安排。"
    whys = [one.taboo.why for one in wording.check(draft, "silent")]

    assert whys == ["一催他开口，他更不说。"]
    assert wording.check(draft) == []
    assert wording.lists.clashes[1].types == edition().wording.lists.clashes[0].types


def test_clues_of_the_model_are_the_shipped_ones_whatever_a_team_has(tmp_path: Path) -> None:
    ours = {"wording/patterns.toml": "contempt = ['改…再']\n", "wording/classes.toml": 'you = "阁下"\n'}
    made, draft = read(tmp_path, ours), "跟你说了也白说。"

    assert made.wording.chances(draft) == edition().wording.chances(draft)
    assert faults(made, tmp_path) == [
        "team/wording/classes.toml: 用不上这个文件（只用自带的）",
        "team/wording/patterns.toml: 用不上这个文件（只用自带的）",
    ]


# --- thresholds of the configuration ----------------------------------------------------------------------------------


def test_thresholds_of_the_documents_hold_unless_the_configuration_says_otherwise(systems: Systems) -> None:
    rules = systems.catalogue("spend_tier")
    assert isinstance(rules, RuleSystem)

    assert [(rule.type, rule.when[0].value, rule.why) for rule in rules.rules] == [
        ("diamond", 5_000_000, "最近一年成交 {revenue}，到了 500 万元"),
        ("platinum", 1_000_000, "最近一年成交 {revenue}，在 100 万元到 500 万元之间"),
        ("gold", 500_000, "最近一年成交 {revenue}，在 50 万元到 100 万元之间"),
        ("honoured", 10_000, "最近一年成交 {revenue}，在 1 万元到 50 万元之间"),
        ("ordinary", 10_000, "最近一年成交 {revenue}，还不到 1 万元"),
    ]


@pytest.mark.parametrize(
    ("revenue", "type", "why"),
    [
        (3_000_000, "diamond", "最近一年成交 300 万元，到了 300 万元"),
        (2_999_999, "platinum", "最近一年成交 300 万元，在 100 万元到 300 万元之间"),
        (9_999, "ordinary", "最近一年成交 9999 元，还不到 1 万元"),
    ],
)
def test_a_threshold_of_the_configuration_decides_and_is_shown_in_the_reason(revenue: int, type: str, why: str) -> None:
    made = edition(Tree(DATA, limits={"spend_tier": {"diamond": 3_000_000}}))
    judged = facet(made.systems.catalogue("spend_tier"), {"revenue": revenue}, (), made.systems.facts)

    assert judged.kind is not None
    assert (judged.kind.id, judged.why) == (type, why)


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        (
            {"spend_tier": {"diamond": 900_000}},
            "spend_tier.diamond: 要比 platinum 大（现在 diamond = 900000，platinum = 1000000）",
        ),
        (
            {"spend_tier": {"gold": 1_000_000}},
            "spend_tier.platinum: 要比 gold 大（现在 platinum = 1000000，gold = 1000000）",
        ),
        ({"spend_tier": {"silver": 1.0}}, "spend_tier.silver: 没有这个门槛，可用 diamond platinum gold honoured"),
        ({"size": {"big": 1.0}}, "size.big: 没有这个门槛，可用 （没有）"),
        ({"behavior": {"big": 1.0}}, "behavior: 这个系统不是按资料算的，没有门槛"),
        ({"nix": {"big": 1.0}}, "nix: 没有“nix”这个分类系统"),
    ],
)
def test_a_wrong_threshold_is_refused_when_the_bot_starts(limits: Limits, told: str) -> None:
    with pytest.raises(Faults) as refused:
        edition(Tree(DATA, limits=limits))

    assert refused.value.faults == (f"配置 knowledge.limits.{told}",)


# --- mistakes ---------------------------------------------------------------------------------------------------------

TABOOS = "contempt vague impatient spite rival hush flirt positive request respect sorry choice duty thanks"
TEST = "social_style/questionnaire.toml"
ONE = '{ value = "a", zh = "甲" }'
RHYTHM = '[rhythm.{grade}]\nideal = 9\nlatest = {latest}\nmethod = "phone"\n'
CONFLICT = '[[conflict]]\nwhen = ["behavior:nix", "no:such"]\nwins = "{wins}"\nzh = "两头顾"\n'
VISUAL, ASKS, AIDA = "sensory/types/visual.toml", "sensory/questions.toml", "playbooks/aida.toml"
FACT = '[[fact]]\nid = "{id}"\nzh = "档次"\nask = "他算哪一档？"\nkind = "{kind}"\nlasts = 0\nchoices = [{choices}]\n'
ONE_RULE = '[[rule]]\ntype = "{type}"\nwhen = [["{fact}", "{test}", {value}]]\nwhy = "资料上写的"\n'
IDS = "有不允许的字符（不能有 < > & 和换行；编号只用小写英文、数字和下划线）"
LONG = "x" * 24
ALL_RULES = "rule: 没有一条规则会得出"


def size_rules(**how: str) -> str:
    """The rules of `size` with one more in front of them."""
    told = {"type": "large", "fact": "potential", "test": "=", "value": '"big"'} | how
    return 'needs = ["potential"]\n' + ONE_RULE.format(**told) + shipped("size/rules.toml").split("]\n", 1)[1]


MISTAKES: dict[str, tuple[Files, list[str]]] = {
    "a key is missing": (
        {VISUAL: shipped(VISUAL, 'origin = "extended"\n')},
        [f"{VISUAL}: origin: 缺少这一项"],
    ),
    "a key is misspelt": (
        {VISUAL: shipped(VISUAL, "essence", "essense")},
        [f"{VISUAL}: card.essence: 缺少这一项", f"{VISUAL}: card.essense: 没有这一项（是不是拼错了？）"],
    ),
    "a type's id is not its file's": (
        {VISUAL: shipped(VISUAL, 'id = "visual"', 'id = "seeing"')},
        [
            f"{VISUAL}: id: 应当和文件同名（visual）",
            "@sensory/types/auditory.toml: neighbours: 没有“visual”这个别的类型",
            "@sensory/types/feeling.toml: neighbours: 没有“visual”这个别的类型",
            "@sensory/model.bin: 模型不认识 seeing，请运行 zhike knowledge train sensory",
        ],
    ),
    "an id is none": ({VISUAL: shipped(VISUAL, 'id = "visual"', 'id = "看"')}, [f"{VISUAL}: id: {IDS}"]),
    "an id is too long for a button": (
        {f"consumption_frequency/types/{LONG}.toml": VIP.replace('"vip"', f'"{LONG}"')},
        [
            f"consumption_frequency/types/{LONG}.toml: id: 太长了，和系统的编号加起来最多 44 个字符",
            f"@consumption_frequency/rules.toml: rule: 没有一条规则会得出 {LONG}",
        ],
    ),
    "a name is taken": (
        {VISUAL: shipped(VISUAL, 'zh = "视觉型"', 'zh = "听觉型"')},
        [f"{VISUAL}: zh: “听觉型”已经是 auditory 的名称"],
    ),
    "a list is empty": ({VISUAL: VIP.replace('["别让他排队。"]', "[]")}, [f"{VISUAL}: card.dont: 条数太少，至少 1 条"]),
    "a sentence is too long": (
        {VISUAL: VIP.replace("给他专人。", "长" * 121)},
        [f"{VISUAL}: card.essence: 太长，最多 120 个字"],
    ),
    "a sentence is HTML": ({VISUAL: VIP.replace("给他专人。", "<b>专人")}, [f"{VISUAL}: card.essence: {IDS}"]),
    "an origin is neither": (
        {VISUAL: VIP.replace('"extended"', '"mine"')},
        [f"{VISUAL}: origin: 不在允许的几种写法里：document, extended"],
    ),
    "a type to be inferred has no opening and no moments": (
        {"sensory/types/visual.toml": VIP.replace('"vip"', '"visual"')},
        [f"{VISUAL}: card.{part}: 缺少这一项" for part in ("opening", "close", "warning", "moments")],
    ),
    "a question's id stands twice": ({ASKS: QUESTION * 2}, [f"{ASKS}: deadline: 编号重复"]),
    "a question names an unknown type and lacks other": (
        {ASKS: QUESTIONS.replace("other = 8", "visual = 8")},
        [
            f"{ASKS}: deadline.yes.likely: 没有 fast、slow 这个类型",
            f"{ASKS}: deadline.yes.likely: 缺少 other（其余类型的数字）",
            f"{ASKS}: deadline.no.likely: 没有 fast 这个类型",
            f"{ASKS}: deadline.no.likely: 缺少 other（其余类型的数字）",
        ],
    ),
    "numbers are wrong": (
        {ASKS: QUESTIONS.replace("fast = 8", "visual = 0").replace("slow = 2", 'auditory = "多"').replace("1.0", "9")},
        [
            f"{ASKS}: question[0].cost: 数字太大，最多 3",
            f"{ASKS}: question[0].choice[0].likely.visual: 数字太小，要大于 0",
            f"{ASKS}: question[0].choice[0].likely.auditory: 要写成数字",
        ],
    ),
    "a scene is full of mistakes": (
        {"scenes.toml": SCENES.replace('["arrival"]', '["arrival", "arrival", "nix"]') + SCENES.partition("\n\n")[0]},
        [
            "scenes.toml: scene.tutoring: 编号重复",
            "scenes.toml: scene.store: systems: 没有“nix”这个分类系统",
            "scenes.toml: scene.store: systems: “arrival”写了两遍",
        ],
    ),
    "what a scene asks is no question": (
        {"scenes.toml": SCENES.replace('["arrival"]', '["arrival"]\nask = ["哪一样最急？", "说说看。"]')},
        ["scenes.toml: scene.store: ask: “说说看。”不是问句，要用“？”结尾"],
    ),
    "a scene is empty": (
        {"scenes.toml": SCENES.replace('["arrival"]', "[]")},
        ["scenes.toml: scene[1].systems: 条数太少，至少 1 条"],
    ),
    "two scenes have one name": (
        {"scenes.toml": SCENES.replace("培训机构", "网店")},
        ["scenes.toml: scene.tutoring.zh: “网店”已经是 online 的名称"],
    ),
    "a quote is not closed": (
        {"scenes.toml": 'a = "x\nb = 1'},
        ["scenes.toml: 不是合法的 TOML（第 1 行第 7 列：有不允许的字符，引号没有成对时也会这样）"],
    ),
    "text without quotes": (
        {"scenes.toml": "[[scene]]\nid = tutoring\n"},
        ["scenes.toml: 不是合法的 TOML（第 2 行第 6 列：等号后面不是合法的值，文字要加引号）"],
    ),
    "no equals sign": (
        {"scenes.toml": "[[scene]]\nid 'x'\n"},
        ["scenes.toml: 不是合法的 TOML（第 2 行第 4 列：项名后面要有等号）"],
    ),
    "a list is not closed": (
        {"scenes.toml": '[[scene]]\nsystems = ["a" "b"]\n'},
        ["scenes.toml: 不是合法的 TOML（第 2 行第 16 列：方括号没有成对）"],
    ),
    "a key stands twice": (
        {"cadence.toml": "[retry]\ndays = 2\ndays = 3\n"},
        ["cadence.toml: 不是合法的 TOML（第 3 行第 9 列：同一项写了两遍）"],
    ),
    "an unknown moment": (
        {AIDA: shipped(AIDA, '"wechat"', '"email"')},
        [f"{AIDA}: moments[1]: 不在允许的几种写法里：find, prep, visit, phone, wechat, quote, objection, complaint"],
    ),
    "a playbook with a name that is taken, for a type that is none": (
        {AIDA: shipped(AIDA, '"爱达模式"', '"电话礼仪"').replace("types = [", 'types = ["nix", ')},
        [
            f"{AIDA}: types: 没有“nix”这个类型",
            "@playbooks/phone_manners.toml: aliases: “电话礼仪”已经是 aida.toml 的名字",
        ],
    ),
    "a title that fits no button": (
        {AIDA: shipped(AIDA, "注意：让他停下", "注意：先让他把手里的活停下来再说")},
        [f"{AIDA}: step[0].title: 太长，最多 14 个字"],
    ),
    "latest before ideal, and an unknown grade": (
        {"cadence.toml": RHYTHM.format(grade="A", latest=8) + RHYTHM.format(grade="E", latest=9)},
        ["cadence.toml: rhythm.E: 没有这个等级，可用 A B C D new", "cadence.toml: rhythm.A.latest: 不能小于 ideal"],
    ),
    "a fact with one choice": (
        {"facts/ours.toml": FACT.format(id="rank", kind="choice", choices=ONE)},
        ["facts/ours.toml: rank: choices: 选择题至少要两个选项"],
    ),
    "a fact twice, and choices of one value": (
        {
            "facts/a.toml": FACT.format(id="rank", kind="choice", choices=f"{ONE}, {ONE}"),
            "facts/b.toml": FACT.format(id="rank", kind="flag", choices='{ value = true, zh = "是" }'),
        },
        [
            "facts/a.toml: rank: choices: 选项的值重复",
            "facts/b.toml: rank: 编号重复（team/facts/a.toml 里已经有了）",
            "facts/b.toml: rank: choices: 是非题的选项要正好是 true 和 false",
        ],
    ),
    "a value that is no choice": (
        {"size/rules.toml": size_rules(value='"huge"')},
        ["size/rules.toml: rule[0].when: potential: “huge”不是它的选项，可用 big medium small"],
    ),
    "text compared with a number, a flag with a word": (
        {
            "size/rules.toml": size_rules(fact="revenue", value='"100"')
            + ONE_RULE.format(type="small", fact="cross_region", test="=", value='"yes"')
        },
        [
            "size/rules.toml: rule[0].when: revenue: 要和数字比，“100”不是数字",
            "size/rules.toml: rule[7].when: cross_region: 只能是 true 或 false，“yes”不是",
        ],
    ),
    "a rule of nothing": (
        {"size/rules.toml": size_rules(type="giant", fact="weight", test="~", value='"limits.top"')},
        [
            "size/rules.toml: rule[0].type: 没有“giant”这个类型",
            "size/rules.toml: rule[0].when: 没有“weight”这一项资料",
            "size/rules.toml: rule[0].when: 没有“~”这种比较，可用 < <= > >= = != in",
            "size/rules.toml: rule[0].when: 没有“limits.top”这个门槛（[limits] 里要有）",
        ],
    ),
    "a list without in, and a type that no rule gives": (
        {
            "size/rules.toml": "needs = []\n"
            + ONE_RULE.format(type="small", fact="potential", test="=", value='["small"]')
        },
        [
            "size/rules.toml: rule[0].when: potential: 只有 in 后面才写列表",
            f"size/rules.toml: {ALL_RULES} large",
            f"size/rules.toml: {ALL_RULES} medium",
        ],
    ),
    "a condition of two parts": (
        {"size/rules.toml": 'needs = []\n[[rule]]\ntype = "small"\nwhen = [["potential", "="]]\nwhy = "小的"\n'},
        ["size/rules.toml: rule[0].when[0][2]: 缺少这一项"],
    ),
    "conflicts of strangers": (
        {"conflicts.toml": CONFLICT.format(wins="behavior:silent")},
        ["conflicts.toml: conflict[0].wins: 要是 when 里的一个"],
    ),
    "conflicts of unknown types": (
        {"conflicts.toml": CONFLICT.format(wins="no:such")},
        [
            "conflicts.toml: conflict[0].when: 没有“behavior:nix”这个“系统:类型”",
            "conflicts.toml: conflict[0].when: 没有“no:such”这个“系统:类型”",
        ],
    ),
    "a list of names with a stranger": (
        {"views.toml": VIEW.format(type="nix")},
        ["views.toml: view.ours: 闷葫芦: 没有“nix”这个类型"],
    ),
    "taboo phrases": (
        {
            "wording/taboo.toml": TABOO.replace('id = "vague"', 'id = "nix"').replace('"promise"', '"spite"')
            + '[[more]]\nid = "spite"\nphrases = ["滚", "慢走", "慢走"]\n[more.swap]\n"慢走" = "你爱买不买"\n'
        },
        [
            "wording/taboo.toml: spite: id: 自带的已经有了，加词请写 [[more]]",
            f"wording/taboo.toml: more.nix: id: 自带的没有这一条，可用 {TABOOS}",
            "wording/taboo.toml: more.spite: phrases: “慢走”写了两遍",
            "wording/taboo.toml: more.spite: phrases: “滚”太短，会误伤",
            "wording/taboo.toml: more.spite: swap: 建议的说法“你爱买不买”自己就犯了斗气话",
        ],
    ),
    "better words for a kind that is none, and with a hole that nothing fills": (
        {
            "wording/taboo.toml": TABOO,
            "wording/repairs.toml": REPAIRS.replace('"vague"', '"nix"').replace("七天", "{part}七天"),
        },
        [
            "wording/repairs.toml: repair[1].id: taboo.toml 里没有“nix”这个编号",
            "wording/repairs.toml: repair[1].say: 用了 {part}，about 里却没有括号",
        ],
    ),
    "what is minded by a type that is none": (
        {"wording/clash.toml": CLASH.replace('"silent"', '"silent", "nix"')},
        ["wording/clash.toml: clash[0].types: 没有“nix”这个类型"],
    ),
    "a phrase with slots that fits everything": (
        {"wording/clash.toml": CLASH.replace("'说句话'", "'(说句话)?'")},
        ["wording/clash.toml: clash[0].patterns: 句式“(说句话)?”空话也对得上，会误伤"],
    ),
    "a test whose quarter is a stranger": (
        {TEST: shipped(TEST, 'type = "analytical"', 'type = "nix"')},
        [f"{TEST}: axes.quarter[3].type: 没有“nix”这个类型"],
    ),
    "a step of a complaint that is not there": (
        {"complaint.toml": shipped("complaint.toml").replace("answer = 5", "answer = 19")},
        ["complaint.toml: steps.answer: 只有 7 步，没有第 19 步"],
    ),
    "files that nobody reads": (
        {"scene.toml": SCENES, "behaviour/types/vip.toml": VIP},
        [
            "scene.toml: 用不上这个文件（名字拼错了，或者放错了地方？）",
            "behaviour/types/vip.toml: 没有“behaviour”这个分类系统（要有 behaviour/system.toml）",
        ],
    ),
    "a new system of one type and without its files": (
        {"pace/system.toml": SYSTEM, "pace/types/fast.toml": TYPE.format(id="fast", zh="很快", other="slow")},
        [
            "pace/questions.toml: 读不到这个文件",
            "pace/model.bin: 还没有模型文件，请运行 zhike knowledge train pace",
        ],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_every_mistake_is_said_with_file_key_and_reason(name: str, tmp_path: Path, systems: Systems) -> None:
    files, told = MISTAKES[name]  # what begins with @ is said of a shipped file
    expected = [fault[1:] if fault.startswith("@") else f"team/{fault}" for fault in told]

    assert faults(read(tmp_path, files), tmp_path) == expected


def test_what_every_conversation_needs_can_be_read_before_it_begins(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("corpus"))
    ready = Edition(Tree(folder), load_systems(folder)).ready()
    shutil.rmtree(folder)

    assert len(ready.systems["behavior"].types) == 25
    assert ready.vocabulary is ready.vocabulary
    assert ready.cadence.rhythms
    assert ready.methods is ready.methods
