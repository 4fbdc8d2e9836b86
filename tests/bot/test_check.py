import shutil
import sqlite3
from pathlib import Path

import pytest

from bot.check import check
from bot.config import load_config
from knowledge.tree import DATA
from tests.bot.conftest import Station

Finding = tuple[bool, str]


async def findings(station: Station, monkeypatch: pytest.MonkeyPatch, **extra: str) -> list[Finding]:
    for key, value in station.environment(**extra).items():
        if key.startswith("ZHIKE_"):
            monkeypatch.setenv(key, value)
    return [(finding.good, finding.text) for finding in await check(load_config())]


async def test_everything_in_order_is_said_so(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    found = await findings(station, monkeypatch)

    assert all(good for good, _ in found)
    assert [text.split("。")[0] for _, text in found] == [
        "配置没有问题",
        "知识文件没有问题",
        "步骤打法没有问题",
        "跟进节奏没有问题",
        "抱怨处理没有问题",
        "提醒的种类没有问题",
        "节日没有问题",
        "查话的词表和模型没有问题",
        "练习题没有问题",
        "名单的建议没有问题",
        "数据库没有问题",
        "令牌有效：@zhike_demo_bot",
    ]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"ZHIKE_TELEGRAM__TOKEN": ""}, "没有机器人令牌"),
        ({"ZHIKE_TELEGRAM__TOKEN": "abc"}, "令牌的样子不对"),
        ({"ZHIKE_TELEGRAM__TOKEN": "700000001:another-token-than-the-sandbox-knows"}, "不认这个令牌"),
        ({"ZHIKE_TELEGRAM__BASE_URL": "http://127.0.0.1:9/bot"}, "连不上 Telegram"),
        ({"ZHIKE_TELEGRAM__BASE_URL": "127.0.0.1"}, "base_url"),
        ({"ZHIKE_TELEGRAM__PROXY": "localhost:7890"}, "proxy"),
        ({"ZHIKE_TELEGRAM__MODE": "webhook"}, "webhook_url"),
        ({"ZHIKE_TELEGRAM__MODE": "webhook", "ZHIKE_TELEGRAM__WEBHOOK_URL": "https://a.example/b"}, "WEBHOOK_SECRET"),
        ({"ZHIKE_DATABASE__URL": "mysql:"}, "数据库地址写错了"),
        ({"ZHIKE_DATABASE__URL": "postgresql://nobody@127.0.0.1:9/none"}, "数据库连不上"),
    ],
)
async def test_each_fault_is_named(
    settings: dict[str, str], told: str, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await findings(station, monkeypatch, **settings)

    assert any(not good and told in text for good, text in found), found


async def test_faults_of_knowledge_files_are_named(
    station: Station, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(DATA, data, ignore=shutil.ignore_patterns("corpus"))
    for name in ("sensory/types/visual.toml", "playbooks/aida.toml"):
        file = data / name
        file.write_text(file.read_text(encoding="utf-8").replace("aliases", "alias"), encoding="utf-8")
    await findings(station, monkeypatch)  # sets the environment

    bad = [finding.text for finding in await check(load_config(), data) if not finding.good]

    assert bad == [
        "sensory/types/visual.toml: aliases: 缺少这一项",
        "sensory/types/visual.toml: alias: 没有这一项（是不是拼错了？）",
        "playbooks/aida.toml: aliases: 缺少这一项",
        "playbooks/aida.toml: alias: 没有这一项（是不是拼错了？）",
    ]


async def test_a_newer_database_is_named(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    with sqlite3.connect(station.url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    found = await findings(station, monkeypatch)

    assert any(not good and "更新版本" in text for good, text in found)


async def test_a_locked_database_is_named(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    other = sqlite3.connect(station.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")

    found = await findings(station, monkeypatch, ZHIKE_DATABASE__URL=f"{station.url}?timeout=0.1")
    other.close()

    assert any(not good and "锁住" in text for good, text in found)


async def test_a_running_poller_is_named(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station.zhike("run") as bot:
        await bot.says("已上线")
        found = await findings(station, monkeypatch)
        still = bot.running

    assert any(not good and "另一个进程" in text for good, text in found) or still
