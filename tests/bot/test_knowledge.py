"""Changed knowledge in a running bot: as one process sees it, and through `zhike knowledge reload`."""

import asyncio
import logging
import os
import socket
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Thread

import aiohttp
import pytest

from bot import sample
from bot.config import Config, KnowledgeSection, TeamSection
from bot.knowledge import NoteRefused, Renewal, leave_note
from bot.service import desk_for, open_database
from bot.worker import Worker, serve
from cards.card import Toast, pack
from handlers.desk import Case, Desk, Turn
from knowledge.errors import Faults
from store.db import Database
from tests.bot.conftest import Process, Station
from tests.bot.test_demo import Page
from tests.bot.test_run import reply
from tests.conftest import StoppedClock

SCENE = """[[scene]]
id = "{id}"
zh = "{zh}"
about = "先看快慢，再看性子"
systems = ["decision_pace", "behavior"]
"""


def scene(folder: Path, zh: str, id: str = "tutoring") -> None:
    """A scene of the team's own."""
    (folder / "scenes.toml").write_text(SCENE.format(id=id, zh=zh), encoding="utf-8")


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """The team's own folder, with one scene."""
    folder = tmp_path / "team"
    folder.mkdir()
    scene(folder, "培训机构")
    return folder


@pytest.fixture
def config(team: Path) -> Config:
    return Config(knowledge=KnowledgeSection(folder=str(team)))


@pytest.fixture
def desk(config: Config, lite: str, clock: StoppedClock) -> Iterator[Desk]:
    db = open_database(lite)
    yield desk_for(config, db, clock.now)
    db.close()


def told(config: Config, clock: StoppedClock) -> None:
    """What `zhike knowledge reload` does when nothing is wrong."""
    clock.forward(seconds=1)
    leave_note(config.files(), clock.now())


def scenes(desk: Desk) -> list[str]:
    return [one.zh for one in desk.scenes.values()][-2:]


def test_the_teams_scenes_come_after_the_shipped_ones(desk: Desk) -> None:
    assert scenes(desk) == ["会员与老客经营", "培训机构"]


def test_what_is_changed_on_disk_is_not_read_before_somebody_says_so(
    config: Config, desk: Desk, team: Path, clock: StoppedClock
) -> None:
    renewal = Renewal(config, lambda: config)
    scene(team, "培训学校")

    assert not renewal.due()
    assert renewal.renewed(desk) is desk
    told(config, clock)
    assert renewal.due()
    assert scenes(renewal.renewed(desk)) == ["会员与老客经营", "培训学校"]
    assert scenes(desk) == ["会员与老客经营", "培训机构"]
    assert not renewal.due()


def test_every_process_takes_up_a_change_once(config: Config, desk: Desk, team: Path, clock: StoppedClock) -> None:
    processes = [Renewal(config, lambda: config) for _ in range(3)]
    scene(team, "培训学校")
    told(config, clock)
    taken = [process.renewed(desk) for process in processes]

    assert [scenes(one)[-1] for one in taken] == ["培训学校"] * 3
    assert [process.renewed(one) is one for process, one in zip(processes, taken, strict=True)] == [True] * 3


def test_a_second_change_is_taken_up_after_the_first(
    config: Config, desk: Desk, team: Path, clock: StoppedClock
) -> None:
    renewal = Renewal(config, lambda: config)
    for zh in ("培训学校", "培训中心"):
        scene(team, zh)
        told(config, clock)
        desk = renewal.renewed(desk)

    assert scenes(desk)[-1] == "培训中心"


def test_bad_files_leave_the_old_knowledge_in_use_and_every_fault_in_the_log(
    config: Config, desk: Desk, team: Path, clock: StoppedClock, caplog: pytest.LogCaptureFixture
) -> None:
    renewal = Renewal(config, lambda: config)
    (team / "scenes.toml").write_text(SCENE.format(id="X Y", zh="训").replace('"behavior"', '"nix"'), encoding="utf-8")
    (team / "cadence.toml").write_text("[retry]\ndays = 0\n", encoding="utf-8")
    told(config, clock)
    with caplog.at_level(logging.WARNING):
        kept = renewal.renewed(desk)

    assert kept is desk
    faults = [record.getMessage().removeprefix(f"changed knowledge is refused: {team}/") for record in caplog.records]
    assert faults == [
        "scenes.toml: scene[0].id: 有不允许的字符（不能有 < > & 和换行；编号只用小写英文、数字和下划线）",
        "scenes.toml: scene[0].zh: 太短，至少 2 个字",
        "cadence.toml: retry.days: 数字太小，至少 1",
    ]


def test_a_file_that_somebody_is_still_writing_does_not_reach_a_part_that_nobody_has_read_yet(
    config: Config, desk: Desk, team: Path
) -> None:
    (team / "playbooks").mkdir()
    (team / "playbooks" / "half.toml").write_text("id = ", encoding="utf-8")

    assert "half" not in desk.library.playbooks


def test_thresholds_and_the_teams_words_in_the_configuration_are_taken_up_too(
    config: Config, desk: Desk, clock: StoppedClock
) -> None:
    limits = {"spend_tier": {"diamond": 3_000_000.0}}
    changed = Config(
        knowledge=KnowledgeSection(folder=config.knowledge.folder, limits=limits), team=TeamSection(product="静音门窗")
    )
    renewal = Renewal(config, lambda: changed)
    told(config, clock)
    after = renewal.renewed(desk)

    assert after.talk.product == "静音门窗"
    assert after.systems.catalogue("spend_tier").rules[0].why.endswith("到了 300 万元")  # type: ignore[attr-defined]


def test_a_configuration_that_cannot_be_read_changes_nothing(
    config: Config, desk: Desk, clock: StoppedClock, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> Config:
        raise Faults(["配置 team.trade：写法不对"])

    renewal = Renewal(config, broken)
    told(config, clock)
    with caplog.at_level(logging.WARNING):
        kept = renewal.renewed(desk)

    assert kept is desk
    assert "配置 team.trade：写法不对" in caplog.text


def test_the_bot_does_not_start_with_bad_files_of_the_team(
    config: Config, team: Path, lite: str, clock: StoppedClock
) -> None:
    scene(team, "培训机构", id="Bad")
    db = open_database(lite)
    with pytest.raises(Faults, match=r"scenes\.toml: scene\[0\]\.id"):
        desk_for(config, db, clock.now)
    db.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_to_is_said_so(config: Config, team: Path, clock: StoppedClock) -> None:
    team.chmod(0o500)
    with pytest.raises(NoteRefused, match="写不进"):
        leave_note(config.files(), clock.now())


def test_a_folder_that_is_gone_is_said_so(config: Config, team: Path, clock: StoppedClock) -> None:
    files = config.files()
    (team / "scenes.toml").unlink()
    team.rmdir()
    with pytest.raises(NoteRefused, match="写不进"):
        leave_note(files, clock.now())


def last_scene(turn: Turn) -> list[Toast]:
    return [Toast(scenes(turn.desk)[-1])]


async def test_a_worker_decides_with_the_new_knowledge_from_the_next_update_on(
    config: Config, team: Path, url: str, clock: StoppedClock
) -> None:
    db = open_database(url)
    db.write_now(sample.fill, clock.now())
    renewal = Renewal(config, lambda: config)
    ours, theirs = socket.socketpair()
    desk = desk_for(config, Database(url), clock.now)
    thread = Thread(target=serve, args=(theirs, desk, renewal.renewed))
    thread.start()
    worker = Worker(ours, thread.join)
    case: Callable[[int], Case] = partial(Case, telegram_id=1001, now=clock.now(), bot_name="bot", decide=last_scene)
    async with worker.connected():
        before = await worker.settled(case(1))
        scene(team, "培训学校")
        unsaid = await worker.settled(case(2))
        told(config, clock)
        after = await worker.settled(case(3))
    theirs.close()
    db.close()

    assert [before, unsaid, after] == [pack([Toast(zh)]) for zh in ("培训机构", "培训机构", "培训学校")]


async def finished(process: Process) -> tuple[int, str]:
    """The exit code of a command, and everything that it said."""
    code = await process.ended()
    assert process._process.stdout is not None
    out = (await process._process.stdout.read()).decode()
    return code, out + await process.complaint()


async def test_a_running_bot_takes_changes_up_in_the_middle_of_an_interview_and_refuses_bad_ones(
    station: Station, team: Path
) -> None:
    phone, folder = station.sandbox.phone(1001), {"ZHIKE_KNOWLEDGE__FOLDER": str(team)}
    async with station.zhike("run", **folder) as bot:
        await bot.says("已上线")
        await phone.say("/new 王总")
        await reply(phone, 1)
        await phone.say("昨天在店门口碰上一位客户")
        await reply(phone, 2)
        asked = phone.last.buttons[0][0].text

        scene(team, "培训学校")
        async with station.zhike("knowledge", "reload", **folder) as command:
            good, said = await finished(command)
        await phone.say("/settings")
        await reply(phone, 3)
        await phone.tap("🎬 换场景")
        await phone.settled()
        offered = phone.last.text

        (team / "scenes.toml").write_text("[[scene]\n", encoding="utf-8")
        async with station.zhike("knowledge", "reload", **folder) as command:
            bad, refused = await finished(command)
        await phone.tap(asked)
        await reply(phone, 4)
        went_on = "✔️" in "".join(message.text for message in phone.messages)

    assert (good, bad) == (0, 1)
    assert "都没有问题" in said
    assert "培训学校" in offered
    assert refused.startswith("有 1 处不对，没有换")
    assert f"✗ {team}/scenes.toml: 不是合法的 TOML（第 1 行第 8 列" in refused
    assert went_on


PLAYBOOK = """id = "trial"
zh = "试听课"
aliases = ["体验课"]
source = []
origin = "extended"
about = "请家长带孩子来听一节，再谈报名。"
moments = ["visit"]
types = []

[[step]]
title = "约时间"
goal = "让他挑一个日子。"
do = ["给两个时间，让他选。"]
check = "他说了哪天来。"
"""


async def test_the_demo_takes_changes_up_too(tmp_path: Path, team: Path, station: Station) -> None:
    folder = {"ZHIKE_KNOWLEDGE__FOLDER": str(team)}
    database = f"sqlite:///{tmp_path / 'demo.db'}"
    async with (
        station.zhike("demo", "--port", "0", "--database", database, **folder) as running,
        aiohttp.ClientSession() as session,
    ):
        page = Page((await running.says("http://127.0.0.1")).strip().rstrip("/"), session)
        await page.post("/demo/act/say", person=1001, text="/advice 试听课")
        before = await page.reads(1001, "试听课")
        (team / "playbooks").mkdir()
        (team / "playbooks" / "trial.toml").write_text(PLAYBOOK, encoding="utf-8")
        async with station.zhike("knowledge", "reload", **folder) as command:
            code, _ = await finished(command)
        async with asyncio.timeout(30):
            while not any("请家长带孩子" in text for text in await page.texts(1001)):
                await page.post("/demo/act/say", person=1001, text="/advice 试听课")
                await asyncio.sleep(1)

    assert "请家长带孩子" not in before
    assert code == 0
