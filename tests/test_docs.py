import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "cards", "handlers", "knowledge", "scheduler", "store")


def test_every_file_of_the_packages_is_named_in_the_architecture() -> None:
    told = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    files = [
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if path.name != "__init__.py" and "migrations" not in path.parts
    ]

    assert [file for file in files if f"`{file}`" not in told] == []


def test_the_architecture_names_no_file_that_is_gone() -> None:
    told = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")

    assert [file for file in re.findall(r"`([\w/]+\.py)`", told) if not (ROOT / file).exists()] == []


@pytest.mark.parametrize("page", ["README.md", "ARCHITECTURE.md", "docs/decisions/README.md"])
def test_links_and_pictures_of_the_documents_exist(page: str) -> None:
    file = ROOT / page
    links = re.findall(r"\]\(([^)#:]+)\)", file.read_text(encoding="utf-8"))

    assert links
    assert [link for link in links if not (file.parent / link).exists()] == []


def test_every_command_is_in_the_readme() -> None:
    from bot.cli import parser

    told = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = next(action.choices for action in parser()._actions if action.choices)

    assert [command for command in commands if f"`zhike {command}" not in told] == []


def test_the_lock_files_hold_no_address() -> None:
    for file in (ROOT / "requirements").iterdir():
        text = file.read_text(encoding="utf-8")

        assert "://" not in text
        assert "--hash=sha256:" in text
