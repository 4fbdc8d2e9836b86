"""What editors are told about every key: JSON Schemas for their editors, and the tables of `docs/knowledge.md`.

Both are made from the shapes that the files are read with (`files.py` and others) and from `keys.toml`, which says in
a few words what each key is for. `python -m knowledge.reference` (`make schemas`) writes them; a test keeps them
current.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.cadence import CadenceFile
from knowledge.complaints import ComplaintFile
from knowledge.files import (
    ChecksFile,
    ClashesFile,
    ExercisesFile,
    FactsFile,
    File,
    PlaybookFile,
    QuestionnaireFile,
    QuestionsFile,
    RepairsFile,
    RulesFile,
    SystemFile,
    Taboos,
    TypeFile,
)
from knowledge.methods import MethodsFile
from knowledge.scenes import ConflictsFile, ScenesFile
from knowledge.suggestions import ListsFile
from knowledge.tree import DATA
from knowledge.views import ViewsFile

KEYS = Path(__file__).with_name("keys.toml")
ROOT = Path(__file__).parents[1]
SCHEMAS = ROOT / "docs" / "schemas"
GUIDE = ROOT / "docs" / "knowledge.md"
BEGIN, END = "<!-- 下面的表由 make schemas 生成，不要手改 -->", "<!-- 表到这里 -->"


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of knowledge file: its name here, how its path is said and matched, its shape, and what it is."""

    id: str
    said: str
    glob: str
    shape: type[File]
    zh: str


SORTS = (
    Sort("system", "<系统>/system.toml", "*/system.toml", SystemFile, "分类系统是什么"),
    Sort("type", "<系统>/types/<编号>.toml", "*/types/*.toml", TypeFile, "一种类型和它的打法卡"),
    Sort("questions", "<系统>/questions.toml", "*/questions.toml", QuestionsFile, "问题库（infer）"),
    Sort("rules", "<系统>/rules.toml", "*/rules.toml", RulesFile, "规则（rule）"),
    Sort("questionnaire", "<系统>/questionnaire.toml", "*/questionnaire.toml", QuestionnaireFile, "小测试"),
    Sort("facts", "facts/<名字>.toml", "facts/*.toml", FactsFile, "客户的资料项"),
    Sort("playbook", "playbooks/<编号>.toml", "playbooks/*.toml", PlaybookFile, "步骤打法"),
    Sort("scenes", "scenes.toml", "scenes.toml", ScenesFile, "场景：哪一行先看客户的哪几面"),
    Sort("conflicts", "conflicts.toml", "conflicts.toml", ConflictsFile, "两种类型打架时听谁的"),
    Sort("views", "views.toml", "views.toml", ViewsFile, "性格行为型的别的叫法"),
    Sort("cadence", "cadence.toml", "cadence.toml", CadenceFile, "跟进节奏"),
    Sort("methods", "methods.toml", "methods.toml", MethodsFile, "保持联系的办法"),
    Sort("lists", "lists.toml", "lists.toml", ListsFile, "名单的建议"),
    Sort("complaint", "complaint.toml", "complaint.toml", ComplaintFile, "抱怨怎么认、几天内办"),
    Sort("taboo", "wording/taboo.toml", "wording/taboo.toml", Taboos, "发给客户的话里的禁语"),
    Sort("repairs", "wording/repairs.toml", "wording/repairs.toml", RepairsFile, "查出毛病的话改成什么"),
    Sort("clash", "wording/clash.toml", "wording/clash.toml", ClashesFile, "哪类客户听不得什么话"),
    Sort("practice", "practice/<系统>.toml", "practice/*.toml", ExercisesFile, "练习题：情景、对话"),
    Sort("checks", "wording/checks.toml", "wording/checks.toml", ChecksFile, "练习写回话时看哪几样"),
)


@cache
def said() -> Mapping[str, Mapping[str, str]]:
    """What each key is for, by sort and dotted key."""
    return tomllib.loads(KEYS.read_text(encoding="utf-8"))


# --- JSON Schema ------------------------------------------------------------------------------------------------------


def schema(sort: Sort) -> dict[str, Any]:
    """The JSON Schema (draft 7, the newest that editors of TOML know) of a sort of file, explained in Chinese."""
    made = _draft7(sort.shape.model_json_schema())
    definitions = made.pop("definitions", {})
    whole: dict[str, Any] = _explained(made, "", said()[sort.id], definitions)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": sort.said,
        "description": sort.zh,
        **{key: value for key, value in whole.items() if key not in {"title", "description"}},
    }


def _draft7(value: Any) -> Any:
    """Pydantic writes draft 2020-12: tuples and the place of definitions are said otherwise there."""
    if isinstance(value, list):
        return [_draft7(one) for one in value]
    if not isinstance(value, dict):
        return value
    made = {key: _draft7(one) for key, one in value.items() if key != "title" or not isinstance(one, str)}
    if "prefixItems" in made:
        made["items"] = made.pop("prefixItems")
    if "$defs" in made:
        made["definitions"] = made.pop("$defs")
    return made


def _explained(node: Any, path: str, zh: Mapping[str, str], definitions: Mapping[str, Any]) -> Any:
    """A schema with its references put in, so that each place has its own explanation."""
    if "$ref" in node:
        node = definitions[node["$ref"].rpartition("/")[2]]
    made = {key: value for key, value in node.items() if key not in {"description", "default"}}
    if "anyOf" in made:
        kinds = [_explained(one, path, zh, definitions) for one in made["anyOf"] if one.get("type") != "null"]
        made = kinds[0] if len(kinds) == 1 else {**made, "anyOf": kinds}
    if "properties" in made:
        made["properties"] = {
            key: {"description": zh[_under(path, key)], **_explained(one, _under(path, key), zh, definitions)}
            for key, one in made["properties"].items()
        }
    if isinstance(made.get("items"), list):
        made["items"] = [_explained(one, path, zh, definitions) for one in made["items"]]
    elif isinstance(made.get("items"), dict):
        made["items"] = _explained(made["items"], path, zh, definitions)
    for part in ("additionalProperties", "propertyNames"):
        if isinstance(made.get(part), dict):
            made[part] = _explained(made[part], path, zh, definitions)
    return made


def _under(path: str, key: str) -> str:
    # What a principle is made of is said once, with the kinds of taboo phrases.
    whole = f"{path}.{key}".lstrip(".")
    return whole.replace("principle.", "kind.", 1) if whole.startswith("principle.") else whole


def files(folder: str = ".schemas", within: str = "") -> dict[str, str]:
    """What to write for editors, by path: a schema per sort, and which file below `within` is of which sort (taplo)."""
    written = {f"{folder}/{sort.id}.json": _json(schema(sort)) for sort in SORTS}
    rules = "\n".join(
        f'[[rule]]\ninclude = ["{within}{sort.glob}"]\n'
        f'[rule.schema]\nenabled = true\npath = "./{folder}/{sort.id}.json"\n'
        for sort in SORTS
    )
    head = "# 让 Even Better TOML（taplo）边写边提示：哪个文件按哪份格式。由 zhike knowledge schema 生成。\n"
    return {**written, ".taplo.toml": f"{head}{rules}"}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


# --- the tables of the guide ------------------------------------------------------------------------------------------


def tables() -> str:
    """Every key of every file as Markdown."""
    return "\n\n".join(f"### `{sort.said}`：{sort.zh}\n\n{_table(sort)}" for sort in SORTS)


def _table(sort: Sort) -> str:
    rows = [f"| `{key}` | {zh} | {form} | {need} |" for key, zh, form, need in _rows(schema(sort), "")]
    return "\n".join(["| 项 | 写什么 | 形式 | 必写 |", "|---|---|---|---|", *rows])


def _rows(node: Mapping[str, Any], path: str) -> Iterator[tuple[str, str, str, str]]:
    needed = node.get("required", ())
    for key, one in node.get("properties", {}).items():
        whole = f"{path}.{key}".lstrip(".")
        yield whole, one["description"], _form(one), "是" if key in needed else ""
        if key == "principle":
            continue
        yield from _rows(_inner(one), whole)


def _inner(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a list or a table of tables is made of."""
    for part in ("items", "additionalProperties"):
        if isinstance(node.get(part), dict) and "properties" in node[part]:
            found: Mapping[str, Any] = node[part]
            return found
    return node


def _form(node: Mapping[str, Any]) -> str:
    if "enum" in node:
        return "、".join(f"`{one}`" for one in node["enum"])
    if "anyOf" in node:
        lists = any(one.get("type") == "array" for one in node["anyOf"])
        return "文字、数字、true/false" + (" 或列表" if lists else "")
    match node.get("type"):
        case "string":
            return f"文字{_range(node, 'minLength', 'maxLength', '字')}"
        case "integer" | "number":
            zh = "整数" if node["type"] == "integer" else "数字"
            return f"{zh}{_range(node, 'minimum', 'maximum', '')}"
        case "boolean":
            return "true/false"
        case "array":
            inner = node.get("items")
            zh, unit = ("几节 [[…]]", "节") if isinstance(inner, dict) and "properties" in inner else ("列表", "条")
            return f"{zh}{_range(node, 'minItems', 'maxItems', unit)}"
    return "一节 […]" if "properties" in node else "表"


def _range(node: Mapping[str, Any], low: str, high: str, unit: str) -> str:
    least, most = node.get(low, node.get("exclusiveMinimum")), node.get(high)
    if least is not None and most is not None:
        return f" {least}–{most} {unit}".rstrip()
    if most is not None:
        return f"，最多 {most} {unit}".rstrip()
    return f"，至少 {least} {unit}".rstrip() if least is not None else ""


def guide(text: str) -> str:
    """The guide with its tables as they are now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{tables()}\n\n{END}{after}"


def everything() -> dict[Path, str]:
    """Every file of the tree that is made here, and what is to stand in it."""
    own = {ROOT / name: text for name, text in files("docs/schemas", f"{DATA.relative_to(ROOT).as_posix()}/").items()}
    return {**own, GUIDE: guide(GUIDE.read_text(encoding="utf-8"))}


if __name__ == "__main__":
    SCHEMAS.mkdir(exist_ok=True)
    for path, text in everything().items():
        path.write_text(text, encoding="utf-8")
