"""The configuration: the file, the environment, and what is said about mistakes."""

import tomllib
from datetime import date
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.config import Config, load_config, token_fault
from knowledge.errors import Faults

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without a configuration, so that none of this machine's is read."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ZHIKE_CONFIG", raising=False)
    return tmp_path


def written(folder: Path, text: str) -> Path:
    """A config.toml in that folder."""
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return file


def keys(model: type[BaseModel]) -> set[str]:
    """Every key of the configuration, as section.key."""
    return {
        f"{section}.{key}"
        for section, field in model.model_fields.items()
        for key in field.annotation.model_fields  # type: ignore[union-attr]
    }


def test_every_key_of_the_file_is_known_and_every_known_key_is_in_the_file() -> None:
    shipped = tomllib.loads((ROOT / "config.toml").read_text(encoding="utf-8"))
    in_file = {f"{section}.{key}" for section, rows in shipped.items() for key in rows}

    assert in_file == keys(Config)


def test_the_shipped_file_says_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIKE_CONFIG", str(ROOT / "config.toml"))

    assert load_config() == Config.model_construct(**{name: f.default for name, f in Config.model_fields.items()})


def test_every_key_of_the_file_is_explained() -> None:
    lines = (ROOT / "config.toml").read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if "=" in line and "#" not in line] == []


def test_without_a_file_the_defaults_hold() -> None:
    config = load_config()

    assert config.database.url == "sqlite:///.zhike/zhike.db"
    assert config.reminders.push_at == "08:30"
    assert config.token == ""


def test_the_environment_outweighs_the_file(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(elsewhere, '[telegram]\nproxy = "http://file:1"\nport = 1000\n[reminders]\npush_at = "09:00"\n')
    monkeypatch.setenv("ZHIKE_TELEGRAM__PROXY", "http://environment:2")
    monkeypatch.setenv("ZHIKE_TELEGRAM__TOKEN", "1:from-the-environment")
    config = load_config()

    assert config.telegram.proxy == "http://environment:2"
    assert config.telegram.port == 1000
    assert config.reminders.push_at == "09:00"
    assert config.token == "1:from-the-environment"


def test_a_file_anywhere_can_be_named(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = elsewhere / "other"
    folder.mkdir()
    monkeypatch.setenv("ZHIKE_CONFIG", str(written(folder, '[team]\nproduct = "静音门窗"\n')))

    assert load_config().talk.product == "静音门窗"


def test_lists_can_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIKE_PEOPLE__ADMINS", "[11, 12]")
    monkeypatch.setenv("ZHIKE_TEAM__POINTS", '["隔音好", "十年质保"]')
    config = load_config()

    assert config.people.admins == [11, 12]
    assert config.talk.points == ("隔音好", "十年质保")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[telegram]\ntokn = "x"\n', "telegram.tokn"),
        ('[telegrams]\ntoken = "x"\n', "telegrams"),
        ('[reminders]\npush_at = "25:00"\n', "reminders.push_at"),
        ('[reminders]\ntz = "Asia/Shangai"\n', "reminders.tz"),
        ("[reminders]\nmessages_per_second = 0\n", "reminders.messages_per_second"),
        ("[reminders]\nmessages_at_once = 0\n", "reminders.messages_at_once"),
        ("[telegram]\nport = 70000\n", "telegram.port"),
        ('[telegram]\nmode = "carrier-pigeon"\n', "telegram.mode"),
        ('[people]\nadmins = ["xiaoli"]\n', "people.admins"),
        ('[calendar]\ndays_off = ["2027-13-01"]\n', "calendar.days_off"),
        ('[log]\nlevel = "LOUD"\n', "log.level"),
    ],
)
def test_a_mistake_is_named_by_its_key(elsewhere: Path, text: str, key: str) -> None:
    written(elsewhere, text)

    with pytest.raises(Faults) as told:
        load_config()

    assert key in str(told.value)


def test_all_mistakes_are_told_at_once(elsewhere: Path) -> None:
    written(elsewhere, '[telegram]\ntokn = "x"\nport = 70000\n[log]\nlevel = "LOUD"\n')

    with pytest.raises(Faults) as told:
        load_config()

    assert len(told.value.faults) == 3


def test_a_file_that_is_no_toml_is_named(elsewhere: Path) -> None:
    written(elsewhere, "[telegram\n")

    with pytest.raises(Faults, match=r"config\.toml"):
        load_config()


def test_a_named_file_that_is_missing_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIKE_CONFIG", "nowhere.toml")

    with pytest.raises(Faults, match=r"nowhere\.toml"):
        load_config()


def test_a_mistake_never_shows_the_token(elsewhere: Path) -> None:
    written(elsewhere, '[telegram]\ntoken = ["123456789:AAsecret-secret-secret"]\nport = "x"\n')

    with pytest.raises(Faults) as told:
        load_config()

    assert "secret" not in str(told.value)


def test_a_configuration_never_prints_its_secrets() -> None:
    config = load_config(telegram={"token": "123456789:AAsecret", "webhook_secret": "hush-hush"})

    assert "AAsecret" not in repr(config)
    assert "hush" not in repr(config)
    assert config.token == "123456789:AAsecret"


def test_a_time_with_seconds_is_kept_to_the_minute(elsewhere: Path) -> None:
    written(elsewhere, '[reminders]\npush_at = "08:05:00"\n')

    assert load_config().reminders.push_at == "08:05"


def test_a_day_that_is_both_off_and_on_is_worked(elsewhere: Path) -> None:
    written(elsewhere, '[calendar]\nworking_days = ["2027-02-06"]\ndays_off = ["2027-02-06", "2027-02-08"]\n')

    assert load_config().days == {date(2027, 2, 6): True, date(2027, 2, 8): False}


@pytest.mark.parametrize(
    ("token", "sound"),
    [
        ("123456789:AAEhBOweik9ai2o8a-q_ZXsdv", True),
        ("", False),
        ("123456789", False),
        ("123456789:short", False),
        ("bot123456789:AAEhBOweik9ai2o8a-q_ZXsdv", False),
        ("123456789:AAEhBOweik9ai2o8a q_ZXsdv", False),
    ],
)
def test_the_shape_of_a_token_is_checked(token: str, sound: bool) -> None:
    assert (token_fault(token) is None) is sound


def test_thresholds_come_from_the_file_and_from_the_environment(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(elsewhere, "[knowledge.limits]\nspend_tier = { diamond = 3000000, gold = 400000 }\n")
    monkeypatch.setenv("ZHIKE_KNOWLEDGE__LIMITS__SPEND_TIER__DIAMOND", "2000000")

    assert load_config().knowledge.limits == {"spend_tier": {"diamond": 2_000_000.0, "gold": 400_000.0}}


def test_a_threshold_that_is_no_number_is_named(elsewhere: Path) -> None:
    written(elsewhere, '[knowledge.limits]\nspend_tier = { diamond = "很多" }\n')
    with pytest.raises(Faults, match=r"配置 knowledge\.limits\.spend_tier\.diamond：写法不对"):
        load_config()
