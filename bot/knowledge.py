"""The knowledge that a bot answers with, and how a running one takes up what editors changed.

`zhike knowledge reload` reads everything; where nothing is wrong it leaves a note in the folder of the files, which
every process that reads this folder finds: both processes of `zhike run`, several of them with a webhook, the demo.
Each reads everything itself, and stays with what it has where there is a fault. What is being answered ends with the
knowledge that it began with, and conversations are rows, so none is lost.
"""

import json
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.config import Config
from bot.models import with_team_model
from handlers.desk import Desk, Rules
from knowledge.edition import Edition, edition
from knowledge.errors import Faults, ZhikeError
from knowledge.tree import DATA, Tree
from store.db import Database

logger = logging.getLogger(__name__)

NOTE = ".reload"  # in the folder of the files: the digest of those that were found good, and when


class NoteRefused(ZhikeError):
    """记号写不进知识文件的文件夹，正在运行的机器人看不到。请用有权限的账号再运行一次，或者重启机器人。"""


def rules_of(config: Config) -> Rules:
    """What a configuration decides about conversations."""
    return Rules(
        scene=config.team.scene,
        tz=config.reminders.tz,
        push_at=config.reminders.push_at,
        evening_at=config.reminders.evening_at,
        quiet=(config.reminders.quiet_from, config.reminders.quiet_to),
        lead=config.reminders.lead_minutes,
        invite_hours=config.people.invite_hours,
        idle_days=config.pool.idle_days,
        digest=config.reminders.digest,
        days=config.days,
        budget=config.budget,
        admins=frozenset(config.people.admins),
    )


def edition_for(config: Config, db: Database, read: Edition | None = None, *, whole: bool = False) -> Edition:
    """The knowledge of a configuration, with the team's own model where there is one, in the names that it speaks.

    The files are kept in memory, so that what is half changed on disk later is not read. All of them are read at once
    where a team has its own, or `whole` is set; the shipped ones are tested, and wait until somebody asks.

    Raises:
        Faults: with every fault.
    """
    found = read or edition(config.files().kept())
    if whole or (read is None and found.files.own):
        found = found.checked()
    systems = with_team_model(found.systems, db, found.primary)
    if systems is not found.systems:
        found = Edition(found.files, systems, found.primary)
    return found.called(config.team.view)


def note(files: Tree) -> Path:
    """Where it is said that changed files are to be taken up."""
    return (files.own or DATA) / NOTE


def leave_note(files: Tree, now: datetime) -> None:
    """Tell every process that reads this folder.

    Raises:
        NoteRefused: the folder cannot be written to.
    """
    path = note(files)
    beside = path.with_name(f"{NOTE}.new")
    try:
        beside.write_text(json.dumps({"files": files.digest(), "at": now.isoformat()}), encoding="utf-8")
        beside.replace(path)  # at once: nobody reads half of it
    except OSError as fault:
        raise NoteRefused(f"{NoteRefused.__doc__}（{path}：{fault.strerror}）") from fault


class Renewal:
    """What one process knows of the note. `configured` reads the configuration anew: its thresholds and words too."""

    def __init__(self, config: Config, configured: Callable[[], Config]) -> None:
        self._note = note(config.files())
        self._configured = configured
        self._seen = self._look()

    def _look(self) -> tuple[int, int]:
        with suppress(OSError):
            found = os.stat(self._note)  # noqa: PTH116 - before every answer, and a third of the price of Path.stat
            return found.st_mtime_ns, found.st_ino
        return 0, 0

    def due(self) -> bool:
        """Whether there is a note that this process has not followed."""
        return self._look() != self._seen

    def renewed(self, desk: Desk) -> Desk:
        """The desk with the files and the configuration of now, if there is a new note and they have no fault."""
        found = self._look()
        if found == self._seen:
            return desk
        self._seen = found
        try:
            config = self._configured()
            made = edition_for(config, desk.db, whole=True)
        except Faults as faults:
            for fault in faults.faults:
                logger.warning("changed knowledge is refused: %s", fault, extra={"action": "knowledge_refused"})
            return desk
        except Exception:
            # Whatever else goes wrong with it, the bot stays with what it has.
            logger.exception("changed knowledge could not be read", extra={"action": "knowledge_refused"})
            return desk
        logger.info("changed knowledge is in use", extra={"action": "knowledge_taken", "files": made.files.digest()})
        return replace(desk, edition=made, talk=config.talk, rules=rules_of(config))
