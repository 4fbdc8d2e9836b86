"""`docs/systems.md` is made here, by a bot that is asked about every system and playbook: it cannot go out of date."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from handlers.desk import Desk
from knowledge.corpus import read_corpus
from knowledge.systems import PRIMARY, Catalogue
from knowledge.tree import DATA
from tests.conftest import Office
from tests.handlers.conftest import customers, data_of, press, taps

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "systems.md"
CUSTOMER = "王建国"
TYPED = {"number": "3", "money": "35万", "date": "2026-12-10"}
KINDS = {"infer": "从话里判断", "rule": "按资料算", "score": "做题"}
MOST = 60  # answers until there has to be a result

HEAD = """# 分类系统

<!-- 由 tests/handlers/test_systems_page.py 生成：ZHIKE_GOLDEN=write pytest tests/handlers/test_systems_page.py -->

知客会的每一种分类、每一个打法、每一种记录：编号、有哪些类型、销售在哪儿碰到它，以及机器人真正说过的一句话。从话里判断的，例句取自语料，学过，所以把握偏高；没学过的话认得多准，见下面的表。
怎么改、怎么加，见[给知识编辑](knowledge.md)。
"""
ACCURACY = """## 从话里判断的，认得多准

把语料里的口气轮流留出来考：没见过的口气里，第一个就对的、前三个里有的占多少。怎么量的见 [inference.md](inference.md)。
"""


def cell(text: str) -> str:
    """A text that fits a cell of a table."""
    return re.sub(r"\s*\n\s*", " ", text.strip()).replace("|", "／")


def line_with(text: str, words: str) -> str:
    """The line that holds `words`, and the reason below it where there is one."""
    lines = text.splitlines()
    at = next(number for number, line in enumerate(lines) if words in line)
    reason = lines[at + 1].strip() if at + 1 < len(lines) and lines[at + 1].startswith("　") else ""
    return cell(f"{lines[at]} {reason}")


def scenes(desk: Desk, id: str) -> str:
    """Where a system is among those that are shown."""
    found = [scene.zh for scene in desk.scenes.values() if id in scene.systems]
    return f"（{'、'.join(found)}）" if found else ""


async def asked(office: Office, data: str) -> str:
    """Tap a button of that meaning below the newest message; what the bot then says."""
    phone = office.phone()
    await taps(office, (phone.last.id, data))
    return phone.last.text


async def inferred(office: Office, system: Catalogue, prospect: int) -> str:
    """What the bot says of a text of the corpus."""
    text = next(one.text for one in read_corpus(DATA / "corpus" / system.id) if len(one.types) == 1)
    if system.id == PRIMARY:
        await office.said("/new")
    else:
        await asked(office, f"f:open:{prospect}")
        await asked(office, f"f:judge:{prospect}:{system.id}")
    await office.said(text)
    said = cell(office.phone().last.text.splitlines()[0])
    await office.said("/cancel")
    return f"“{text}” → {said}"


async def computed(office: Office, system: Catalogue, prospect: int) -> str:
    """What the bot says once it has been told what it asks for: each time the first answer."""
    desk = office.service.desk
    await asked(office, f"f:open:{prospect}")
    said = await asked(office, f"f:ask:{prospect}:{system.id}")
    for _ in range(MOST):
        waiting = [
            button.data or ""
            for row in office.phone().last.buttons
            for button in row
            if (button.data or "").startswith(f"f:set:{prospect}:{system.id}:")
        ]
        fact = next((one for one in desk.facts.values() if one.ask in said), None)
        if waiting:
            said = await asked(office, waiting[0])
        elif fact is not None and fact.kind in TYPED:
            await office.said(TYPED[fact.kind])
            said = office.phone().last.text
        else:
            break
    if f"{system.zh}　" not in said:
        said = await asked(office, f"f:all:{prospect}")
    return line_with(said, f"{system.zh}　")


async def ticked_through(office: Office, system: Catalogue) -> str:
    """What the bot says when every item has its first answer."""
    await office.said("/test")
    await press(office, f"q:go:{system.id}:*")
    for _ in range(MOST):
        try:
            data = data_of(office, "q:*:a:*")
        except AssertionError:
            break
        if data[0] != office.phone().last.id:
            break
        await taps(office, data)
    told = [line for line in office.phone().last.text.splitlines() if line and not line.startswith("图：")]
    return cell(" ".join(told[:2]))  # without what stands for the picture


async def of_systems(office: Office, prospect: int) -> Sequence[str]:
    """A row per system."""
    rows = []
    for system in office.service.desk.systems:
        where = f"客户卡“📊 分级分类”{scenes(office.service.desk, system.id)}"
        if system.kind == "infer":
            said = await inferred(office, system, prospect)
            where = "直接描述客户，或 /new" if system.id == PRIMARY else where
        elif system.kind == "rule":
            said = await computed(office, system, prospect)
        else:
            said = await ticked_through(office, system)
            where = "/test"
        where += "；也可以 /test" if system.questionnaire and system.kind != "score" else ""
        where += "；/abc" if system.id == "abc_value" else "；/map" if system.id == "loyalty_power" else ""
        types = "、".join(kind.zh for kind in system.types.values())
        kind = KINDS[system.kind] + ("、做题" if system.questionnaire and system.kind != "score" else "")
        rows.append(f"| `{system.id}` | {system.zh} | {kind} | {len(system.types)}：{types} | {where} | {said} |")
    return rows


async def of_playbooks(office: Office) -> Sequence[str]:
    """A row per playbook."""
    rows = []
    for book in office.service.desk.library.playbooks:
        await office.said(f"/advice {book.zh}")
        said = cell(" ".join(office.phone().last.text.splitlines()[:2]))
        steps = "、".join(step.title for step in book.steps)
        rows.append(
            f"| `{book.id}` | {book.zh} | {len(book.steps)} {book.each}：{steps} | `/advice {book.zh}` | {said} |"
        )
    return rows


async def of_records(office: Office) -> Sequence[str]:
    """A row per kind of record, and per list that is kept up by itself."""
    rows = []

    def row(id: str, zh: str, where: str, needle: str = "") -> None:
        lines = [line for line in office.phone().last.text.splitlines() if line.strip()]
        said = next(line for line in lines if needle in line)
        rows.append(f"| `{id}` | {zh} | {where} | {cell(said)} |")

    await office.said(CUSTOMER)
    row("profile", "客户档案卡", "发客户的名字", "下次")
    await office.said(f"/visit {CUSTOMER} 电话聊了报价，下周三再联系")
    row("visits", "访问履历卡", "`/visit 王总 电话聊了报价，下周三再联系`")
    await office.said(f"/visit {CUSTOMER} 来电话投诉，说送货晚了两天，很生气")
    await press(office, "k:open:*")
    row("complaint", "抱怨管理卡", "记来往时说到投诉，点“😤 开抱怨卡”")
    await office.said(CUSTOMER)
    await press(office, "h:map:*")
    row("contacts", "客户发展表", "客户卡“👥 人脉”")
    await office.said("/today")
    row("cadence", "跟进节奏：等级、级别、阶段、类型合起来定", "/today，每个工作日早上也会发")
    row("methods", "保持联系的办法，轮着来", "今天的清单里每一位的 🤝", "🤝")
    row("split", "二八分工：少数多上门，多数打电话、发微信", "今天的清单", "该上门")
    row("time_budget", "一个月的时间预算，排不下的往后放", "今天的清单，config.toml 里改", "今天要联系")
    await office.said(f"{CUSTOMER} 欠款3万")
    await office.said("/list 有欠款")
    row("dynamic_list", "动态客户列表：按什么分都行，自己更新", "`/list 有欠款`，`/list` 里有现成的")
    await office.said(f"/prep {CUSTOMER}")
    row("prep", "拜访前的一页", "`/prep 王总`")
    return rows


def accuracy() -> Sequence[str]:
    """The figures of `docs/inference.md`, for every inferred system."""
    told = (DOCS / "inference.md").read_text(encoding="utf-8")
    rest = told.partition("## The other inferred systems")[2]
    whole = re.search(r"^\| \*\*all\*\* \| \*\*(\d+)\*\* \| \*\*(\S+)\*\* \| \*\*(\S+)\*\*", told, re.MULTILINE)
    others = re.findall(r"^\| ([a-z_]+) \| (\d+) \| (0\.\d+) \| (\d\.\d+) \| 0\.\d+ \|$", rest, re.MULTILINE)
    assert whole is not None
    figures = [(PRIMARY, *whole.groups()), *others]
    return [f"| `{id}` | {texts} | {first} | {three} |" for id, texts, first, three in figures]


async def test_the_page_of_systems_is_what_the_bot_says(office: Office) -> None:
    prospect = customers(office)[CUSTOMER].id or 0
    await office.said(CUSTOMER)
    systems = await of_systems(office, prospect)
    parts = [
        HEAD,
        "## 分类\n",
        "| 编号 | 名称 | 怎么定 | 类型 | 在哪儿碰到 | 机器人说的 |\n|---|---|---|---|---|---|",
        *systems,
        f"\n{ACCURACY}",
        "| 编号 | 语料条数 | 第一个就对 | 前三个里有 |\n|---|---:|---:|---:|",
        *accuracy(),
        "\n## 步骤打法\n",
        "| 编号 | 名称 | 步骤 | 在哪儿碰到 | 机器人说的 |\n|---|---|---|---|---|",
        *await of_playbooks(office),
        "\n## 记录和跟进\n",
        "| 编号 | 名称 | 在哪儿碰到 | 机器人说的 |\n|---|---|---|---|",
        *await of_records(office),
    ]
    page = "\n".join(parts) + "\n"
    if os.environ.get("ZHIKE_GOLDEN") == "write":
        PAGE.write_text(page, encoding="utf-8")

    assert page == PAGE.read_text(encoding="utf-8")
    inferring = [system.id for system in office.service.desk.systems if system.kind == "infer"]
    assert sorted(row.split("`")[1] for row in accuracy()) == sorted(inferring)
