"""What editors are told about every key is what the files are read with."""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from knowledge.edition import KNOWN
from knowledge.reference import ROOT, SORTS, Sort, everything, files, said, schema
from knowledge.tree import DATA, Tree


def test_schemas_and_tables_in_the_tree_are_current() -> None:
    stale = [path.name for path, text in everything().items() if path.read_text(encoding="utf-8") != text]

    assert stale == [], "run make schemas"


def keys(node: dict[str, Any], path: str = "") -> Iterator[str]:
    """Every dotted key of a schema."""
    for part in ("items", "additionalProperties"):
        if isinstance(node.get(part), dict):
            yield from keys(node[part], path)
    for key, one in node.get("properties", {}).items():
        yield f"{path}{key}"
        yield from keys(one, f"{path}{key}.")


@pytest.mark.parametrize("sort", SORTS, ids=lambda sort: sort.id)
def test_every_key_is_explained_and_no_other(sort: Sort) -> None:
    told = {key.replace("principle.", "kind.") for key in keys(schema(sort))}

    assert set(said()[sort.id]) == told


def test_every_file_that_is_read_has_a_schema() -> None:
    assert {sort.glob for sort in SORTS} == set(KNOWN) - {"*/model.bin"}


def wrong(value: object, node: dict[str, Any], at: str = "") -> Iterator[str]:
    """Where a value is not as a schema says: as much of JSON Schema as ours use."""
    if "anyOf" in node:
        if all(list(wrong(value, one)) for one in node["anyOf"]):
            yield f"{at}: none of several"
        return
    kinds: dict[str, Any] = {"object": dict, "array": list, "string": str, "boolean": bool, "number": (int, float)}
    kind = kinds.get(node.get("type", ""), int)
    if not isinstance(value, kind) or (isinstance(value, bool) and node.get("type") != "boolean"):
        yield f"{at}: {node.get('type')} is wanted"
        return
    match value:
        case str():
            yield from _wrong_text(value, node, at)
        case list():
            yield from _wrong_list(value, node, at)
        case dict():
            yield from _wrong_table(value, node, at)
        case int() | float() if not node.get("minimum", value) <= value <= node.get("maximum", value):
            yield f"{at}: number"


def _wrong_text(value: str, node: dict[str, Any], at: str) -> Iterator[str]:
    if not node.get("minLength", 0) <= len(value) <= node.get("maxLength", 9999):
        yield f"{at}: length"
    if not re.search(node.get("pattern", ""), value) or value not in node.get("enum", [value]):
        yield f"{at}: text"


def _wrong_list(value: list[object], node: dict[str, Any], at: str) -> Iterator[str]:
    if not node.get("minItems", 0) <= len(value) <= node.get("maxItems", 9999):
        yield f"{at}: number of items"
    items = node.get("items", {})
    for number, one in enumerate(value):
        yield from wrong(one, items[number] if isinstance(items, list) else items, f"{at}[{number}]")


def _wrong_table(value: dict[str, object], node: dict[str, Any], at: str) -> Iterator[str]:
    yield from (f"{at}.{key}: missing" for key in node.get("required", ()) if key not in value)
    patterns = node.get("patternProperties", {})
    for key, one in value.items():
        fitting = [found for pattern, found in patterns.items() if re.search(pattern, key)]
        own = node.get("properties", {}).get(key) or next(iter(fitting), node.get("additionalProperties", True))
        if own is False:
            yield f"{at}.{key}: unknown"
        elif isinstance(own, dict):
            yield from wrong(one, own, f"{at}.{key}")


@pytest.mark.parametrize("sort", SORTS, ids=lambda sort: sort.id)
def test_every_shipped_file_fits_its_schema_and_a_misspelt_key_does_not(sort: Sort) -> None:
    shape, tree = schema(sort), Tree(DATA)
    names = tree.names(sort.glob)
    shipped = {name: tomllib.loads(tree.last(name).read().decode()) for name in names}
    found = {name: list(wrong(value, shape)) for name, value in shipped.items()}

    assert names
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert list(wrong({**shipped[names[0]], "naem": 1}, shape)) == [".naem: unknown"]


def test_a_folder_for_editors_names_a_schema_for_every_sort_of_file() -> None:
    written = files()
    rules = tomllib.loads(written[".taplo.toml"])["rule"]

    assert len(rules) == len(SORTS)
    for rule in rules:
        told = json.loads(written[rule["schema"]["path"].removeprefix("./")])
        assert told["description"]
        assert any(fnmatchcase(known.replace("*", "x"), rule["include"][0]) for known in KNOWN)


def test_every_shipped_file_is_of_one_sort() -> None:
    rules = tomllib.loads((ROOT / ".taplo.toml").read_text(encoding="utf-8"))["rule"]
    found = Counter(path.relative_to(DATA).as_posix() for rule in rules for path in ROOT.glob(rule["include"][0]))

    assert set(found.values()) == {1}
    assert {name for sort in SORTS for name in Tree(DATA).names(sort.glob)} == set(found)


def test_the_configuration_of_taplo_in_the_tree_points_at_files_that_exist() -> None:
    rules = tomllib.loads((ROOT / ".taplo.toml").read_text(encoding="utf-8"))["rule"]

    assert [rule["schema"]["path"] for rule in rules if not Path(ROOT / rule["schema"]["path"]).is_file()] == []
