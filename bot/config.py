"""Configuration: `config.toml`, overridden by the environment (`ZHIKE_TELEGRAM__TOKEN` and so on)."""

import os
import re
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from knowledge.cadence import Grade
from knowledge.errors import Faults
from knowledge.plan import BUDGET, Pot
from knowledge.talk import Talk
from knowledge.tree import DATA, Tree
from scheduler.wire import AT_ONCE

DEFAULT = Path("config.toml")
_TOKEN = re.compile(r"^\d+:[\w-]{20,}$")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as fault:
        raise ValueError("没有这个时区") from fault
    return name


def _clock(text: str) -> str:
    try:
        return f"{time.fromisoformat(text):%H:%M}"
    except ValueError as fault:
        raise ValueError("时间要写成 08:30 这样") from fault


def _clock_or_never(text: str) -> str:
    return _clock(text) if text else ""


class Section(BaseModel):
    """A section refuses keys that it does not have, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Telegram(Section):
    """How Telegram is reached."""

    token: SecretStr = SecretStr("")
    base_url: str = ""
    proxy: str = ""
    mode: Literal["polling", "webhook"] = "polling"
    webhook_url: str = ""
    webhook_secret: SecretStr = SecretStr("")
    listen: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8443


class DatabaseSection(Section):
    """Where the rows are."""

    url: str = "sqlite:///.zhike/zhike.db"


class PeopleSection(Section):
    """Who may come in."""

    admins: list[int] = []
    invite_hours: Annotated[int, Field(ge=1, le=720)] = 72


class PoolSection(Section):
    """Customers whom nobody has been in touch with."""

    idle_days: Annotated[int, Field(ge=0, le=3650)] = 90


class TeamSection(Section):
    """The team's own words."""

    trade: str = "这一行"
    product: str = "我们的产品"
    company: str = "我们公司"
    points: list[str] = ["省心"]
    scene: str = "enterprise"
    view: str = ""


class KnowledgeSection(Section):
    """The team's own knowledge files, and thresholds in the place of those of the rules, by system and name."""

    folder: str = ""
    limits: dict[str, dict[str, Annotated[float, Field(ge=0)]]] = {}


class PotSection(Section):
    """A month's time for the customers of a grade."""

    accounts: Annotated[int, Field(ge=1, le=10_000)]
    days: Annotated[float, Field(gt=0, le=31)]


def _pots() -> dict[Grade, PotSection]:
    grades: tuple[Grade, ...] = get_args(Grade)
    return {grade: PotSection(accounts=BUDGET[grade].accounts, days=BUDGET[grade].days) for grade in grades}


class Reminders(Section):
    """When and how fast the morning messages go out, and how much time a rep has for customers."""

    tz: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    push_at: Annotated[str, AfterValidator(_clock)] = "08:30"
    latest_push: Annotated[str, AfterValidator(_clock)] = "20:00"
    evening_at: Annotated[str, AfterValidator(_clock_or_never)] = "18:00"
    quiet_from: Annotated[str, AfterValidator(_clock)] = "21:00"
    quiet_to: Annotated[str, AfterValidator(_clock)] = "08:00"
    lead_minutes: Annotated[int, Field(ge=0, le=720)] = 60
    digest: bool = True
    messages_per_second: Annotated[float, Field(gt=0, le=30)] = 30
    messages_at_once: Annotated[int, Field(ge=1, le=AT_ONCE)] = AT_ONCE
    budget: dict[Grade, PotSection] = Field(default_factory=_pots)


class CalendarSection(Section):
    """Days on which the built-in calendar is wrong."""

    working_days: list[date] = []
    days_off: list[date] = []


class Log(Section):
    """How much is logged."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"


class Config(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(
        env_prefix="ZHIKE_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    telegram: Telegram = Telegram()
    database: DatabaseSection = DatabaseSection()
    people: PeopleSection = PeopleSection()
    team: TeamSection = TeamSection()
    pool: PoolSection = PoolSection()
    knowledge: KnowledgeSection = KnowledgeSection()
    reminders: Reminders = Reminders()
    calendar: CalendarSection = CalendarSection()
    log: Log = Log()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, _path())

    @property
    def talk(self) -> Talk:
        """The team's words for the talk tracks."""
        team = self.team
        return Talk(product=team.product, points=tuple(team.points), trade=team.trade, company=team.company)

    def files(self) -> Tree:
        """The knowledge files: those that are shipped, and over them the team's.

        Raises:
            Faults: there is no such folder.
        """
        own = self.knowledge.folder
        if own and not Path(own).is_dir():
            raise Faults([f"配置 knowledge.folder：没有这个文件夹：{own}"])
        return Tree(DATA, *([Path(own)] if own else []), limits=self.knowledge.limits)

    @property
    def budget(self) -> Mapping[str, Pot]:
        """A month's time for each grade."""
        own: dict[str, Pot] = {grade: Pot(pot.accounts, pot.days) for grade, pot in self.reminders.budget.items()}
        return {**BUDGET, **own}

    @property
    def days(self) -> Mapping[date, bool]:
        """The calendar's overrides."""
        return dict.fromkeys(self.calendar.days_off, False) | dict.fromkeys(self.calendar.working_days, True)

    @property
    def token(self) -> str:
        """The bot's token, never to be shown."""
        return self.telegram.token.get_secret_value()


def _path() -> Path:
    return Path(os.environ.get("ZHIKE_CONFIG") or DEFAULT)


def load_config(**overrides: Any) -> Config:
    """The configuration of this process.

    Raises:
        Faults: with every fault, each naming its key, in Chinese.
    """
    os.environ.setdefault("PTB_TIMEDELTA", "1")  # read by python-telegram-bot: RetryAfter then carries a timedelta
    named = os.environ.get("ZHIKE_CONFIG")
    if named and not Path(named).is_file():
        raise Faults([f"ZHIKE_CONFIG 指的文件不存在：{named}"])
    try:
        return Config(**overrides)
    except ValidationError as invalid:
        raise Faults([f"配置 {'.'.join(map(str, row['loc']))}：{_reason(row)}" for row in invalid.errors()]) from None
    except ValueError as fault:
        raise Faults([f"{_path()} 不是合法的 TOML：{fault}"]) from fault


def _reason(row: Any) -> str:
    if row["type"] == "extra_forbidden":
        return "没有这一项，是不是拼错了？"
    if row["type"] == "value_error":
        return str(row["ctx"]["error"])
    return f"写法不对（{row['msg']}）"


def token_fault(token: str) -> str | None:
    """What is wrong with the shape of a token, None for nothing."""
    if not token:
        return "没有机器人令牌。向 @BotFather 申请，然后设环境变量 ZHIKE_TELEGRAM__TOKEN。"
    if not _TOKEN.match(token):
        return "机器人令牌的样子不对，应当像 123456789:AAExxxx。请重新从 @BotFather 复制。"
    return None
