import logging
from datetime import UTC, datetime

import pytest

from bot.check import check
from bot.config import Config, load_config
from bot.models import Unfit, base, team_model, with_team_model
from bot.service import desk_for
from handlers.desk import Rules
from knowledge.model import Model, dumps, loads
from knowledge.systems import System, Systems
from store import models
from store.db import Database
from store.models import InUse
from tests.bot.conftest import Station
from tests.conftest import StoppedClock, reading

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def silent_always(system: System, *, without: str = "") -> bytes:
    """A model of the team's that takes everybody for silent."""
    labels = [label for label in system.model.labels if label != without]
    bias = [9.0 if label == "silent" else 0.0 for label in labels]
    return dumps(labels=labels, bias=bias, weights={"价": [0.0] * len(labels)}, temperature=1.0, trained={})


def take(db: Database, system: System, body: bytes | None = None, corpus: str = "") -> None:
    made = body if body is not None else silent_always(system)
    db.write_now(models.take, system=system.id, body=made, base=corpus or base(system), report="{}", now=AT)


@pytest.fixture
def system(systems: Systems) -> System:
    """The primary system as it is shipped."""
    return systems["behavior"]


def bias_of(model: Model) -> float:
    return model.bias[model.labels.index("silent")]


def test_without_a_model_of_the_team_the_shipped_one_judges(db: Database, systems: Systems, system: System) -> None:
    assert with_team_model(systems, db)["behavior"] is system


def test_the_desk_judges_with_the_teams_model(db: Database, systems: Systems, system: System) -> None:
    take(db, system)

    desk = desk_for(Config(), db, StoppedClock().now, reading(systems))

    assert desk.system.id == Rules().system == "behavior"
    assert bias_of(desk.system.model) == 9.0
    assert desk.system.types is system.types
    assert systems["behavior"] is system


@pytest.mark.parametrize("why", ["another corpus", "cut short", "a type is missing"])
def test_a_model_that_does_not_fit_is_left_aside_with_a_warning(
    why: str, db: Database, systems: Systems, system: System, caplog: pytest.LogCaptureFixture
) -> None:
    match why:
        case "another corpus":
            take(db, system, corpus="000000000000")
        case "cut short":
            take(db, system, silent_always(system)[:-9])
        case _:
            take(db, system, silent_always(system, without="picky"))

    with caplog.at_level(logging.WARNING):
        used = with_team_model(systems, db)

    assert used["behavior"] is system
    assert [record.__dict__["action"] for record in caplog.records] == ["team_model_unfit"]
    assert "请再运行 zhike retrain" in caplog.text


def test_a_fitting_model_is_read_from_its_bytes(system: System) -> None:
    body = silent_always(system)

    used = team_model(InUse(AT, base(system), body), system)
    assert (used.labels, used.logits([])) == (loads(body).labels, loads(body).logits([]))
    with pytest.raises(Unfit, match="旧语料"):
        team_model(InUse(AT, "000000000000", body), system)


async def checked(station: Station, monkeypatch: pytest.MonkeyPatch) -> list[tuple[bool, str]]:
    for key, value in station.environment().items():
        if key.startswith("ZHIKE_"):
            monkeypatch.setenv(key, value)
    return [(finding.good, finding.text) for finding in await check(load_config()) if "团队" in finding.text]


async def test_check_says_which_model_judges(station: Station, system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    db = Database(station.url)
    before = await checked(station, monkeypatch)
    take(db, system)
    fitting = await checked(station, monkeypatch)
    take(db, system, corpus="000000000000")
    outdated = await checked(station, monkeypatch)
    db.close()

    assert before == []
    assert fitting == [(True, "用的是团队自己的模型（2026-11-22 训练）。")]
    assert outdated == [(False, "团队自己的模型是按旧语料训练的，没有启用，用的是自带的。请再运行 zhike retrain。")]


async def test_a_bot_that_starts_judges_with_the_teams_model(station: Station, system: System) -> None:
    db = Database(station.url)
    take(db, system)
    db.close()
    phone = station.sandbox.phone(1001)

    async with station.zhike("run") as bot:
        await bot.says("已上线")
        await phone.say("开口就问最低多少，拿隔壁的价来压")
        await phone.settled()
        await bot.stop()
        log = await bot.complaint()

    assert "沉默型" in phone.last.text
    assert "team_model_used" in log
