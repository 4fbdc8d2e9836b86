"""Every table. Times are aware UTC; dates are local dates of the person they belong to.

A row of one rep is reached only through queries that take the caller (`store/prospects.py`), never by id alone.
"""

from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in, aware UTC out. SQLite gives back naive values; this is the one place that mends them."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times: they have lost where they were."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The stored instant, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _time(*, null: bool = False, index: bool = False) -> Any:
    return Field(default=None, sa_column=Column(UtcDateTime, nullable=null, index=index))


# Buttons carry ids: a row that is gone must not lend its id to the next one, as SQLite would have it do by itself.
_NEVER_AGAIN = {"sqlite_autoincrement": True}


def _long(default: str = "") -> Any:
    return Field(default=default, sa_column=Column(Text, nullable=False))


def _link(table: str, *, null: bool = False, index: bool = True) -> Any:
    """A reference whose row goes when the row it refers to goes."""
    key = ForeignKey(f"{table}.id", ondelete="CASCADE")
    return Field(default=None, sa_column=Column(key, nullable=null, index=index))


class Team(SQLModel, table=True):
    """A team; teams form a tree by `parent_id`."""

    __tablename__ = "team"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, max_length=60)
    parent_id: int | None = Field(default=None, foreign_key="team.id")


class Person(SQLModel, table=True):
    """Somebody who may use the bot. `role` is rep, manager or admin."""

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_push", "active", "unreachable", "next_push_at"),
        Index("ix_person_evening", "active", "unreachable", "next_evening_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    telegram_id: int = Field(sa_column=Column(BigInteger, unique=True, nullable=False))
    name: str = Field(max_length=60)
    role: str = Field(max_length=10)
    team_id: int | None = Field(default=None, foreign_key="team.id", index=True)
    tz: str = Field(default="Asia/Shanghai", max_length=40)
    push_at: str = Field(default="08:30", max_length=5)  # local time of the morning message, HH:MM
    next_push_at: datetime | None = _time(null=True)
    pushed_at: datetime | None = _time(null=True)
    evening_at: str = Field(default="18:00", max_length=5)  # local time of the evening's question, "" for none
    next_evening_at: datetime | None = _time(null=True)
    quiet_from: str = Field(default="21:00", max_length=5)  # local time; the same as `quiet_to` for no quiet hours
    quiet_to: str = Field(default="08:00", max_length=5)
    brief_lead: int = Field(default=60)  # minutes before an appointment, 0 for no briefs
    away_from: date | None = Field(default=None)  # the leave that was told last, both days included
    away_to: date | None = Field(default=None)
    unreachable: bool = Field(default=False)
    active: bool = Field(default=True)
    scene: str = Field(default="", max_length=32)  # which systems are shown first; "" for the team's
    drill_line: bool = Field(default=False)  # whether the morning message has a line about practising
    digest: bool = Field(default=True)  # whether a manager is told each morning what needs them
    dark: bool = Field(default=False)  # whether the pictures that they get are made for a dark chat
    awaiting: str = Field(default="", max_length=60)  # what the next plain message answers, such as "note:12"
    created_at: datetime = _time()


class Invite(SQLModel, table=True):
    """A one-time invitation; only the SHA-256 of its code is kept."""

    __tablename__ = "invite"
    id: int | None = Field(default=None, primary_key=True)
    code_hash: str = Field(unique=True, max_length=64)
    role: str = Field(max_length=10)
    team_id: int | None = Field(default=None, foreign_key="team.id")
    created_by: int | None = Field(default=None, foreign_key="person.id")
    created_at: datetime = _time()
    expires_at: datetime = _time()
    used_by: int | None = Field(default=None, foreign_key="person.id")
    used_at: datetime | None = _time(null=True)
    revoked_at: datetime | None = _time(null=True)


class Prospect(SQLModel, table=True):
    """A customer of one rep. `name_key` and `phone_key` are the comparable forms that find duplicates."""

    __tablename__ = "prospect"
    __table_args__ = (
        Index("ix_prospect_owner_status", "owner_id", "status", "next_contact_on", "paused"),
        Index("ix_prospect_owner_grade", "owner_id", "status", "grade"),
        Index("ix_prospect_owner_type", "owner_id", "status", "type_id"),
        Index("ix_prospect_owner_name", "owner_id", "name_key"),
        _NEVER_AGAIN,
    )
    id: int | None = Field(default=None, primary_key=True)
    owner_id: int = Field(foreign_key="person.id")
    name: str = Field(max_length=60)
    name_key: str = Field(max_length=60)
    company: str = Field(default="", max_length=80)
    phone: str = Field(default="", max_length=30)
    phone_key: str = Field(default="", max_length=30)
    wechat: str = Field(default="", max_length=40)
    notes: str = _long()
    next_step: str = Field(default="", max_length=200)
    grade: str = Field(default="", max_length=1)  # A, B, C, D or not graded yet
    status: str = Field(default="active", max_length=10)  # active or archived
    type_id: str = Field(default="", max_length=32)
    type_p: float = Field(default=0.0)
    type_by: str = Field(default="", max_length=10)  # inferred, corrected
    type_why: str = _long()  # the evidence that was shown, one piece a line
    type_at: datetime | None = _time(null=True)
    last_contact_at: datetime | None = _time(null=True)
    next_contact_on: date | None = Field(default=None)
    every_days: int | None = Field(default=None)  # the rep's own rhythm, in days, instead of the rule's
    paused: bool = Field(default=False)
    owned_at: datetime | None = _time(null=True)  # when the owner got the customer from somebody else
    pooled_at: datetime | None = _time(null=True)  # since when anybody of the team may have the customer
    created_at: datetime = _time()
    updated_at: datetime = _time()


class ListRow(SQLModel, table=True):
    """A list of customers by its words (`knowledge/filters.py`); what it holds is asked for each time.

    `state`: draft (asked for once), kept or dropped. One with a team is for everybody of it and of the teams below.
    """

    __tablename__ = "list"
    __table_args__ = (Index("ix_list_person_state", "person_id", "state"), _NEVER_AGAIN)
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    team_id: int | None = Field(default=None, foreign_key="team.id", index=True)
    words: str = Field(max_length=120)
    name: str = Field(default="", max_length=40)
    state: str = Field(default="draft", max_length=10)
    created_at: datetime = _time()


class GroupChat(SQLModel, table=True):
    """A group that the bot is in: whose figures are told there, None as long as no manager has said so.

    `digest`: whether they are told there by themselves on working mornings; `lost`: why nothing can be said there
    (`store.groups.REMOVED`, `MUTED`), "" where it can; `losses`: how often that came about.
    """

    __tablename__ = "group_chat"
    chat_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    team_id: int | None = Field(default=None, foreign_key="team.id")
    person_id: int | None = Field(default=None, foreign_key="person.id")  # the manager who said so
    greeted_at: datetime = _time()
    title: str = Field(default="", max_length=60)
    digest: bool = Field(default=True)
    lost: str = Field(default="", max_length=10)
    losses: int = Field(default=0)
    next_digest_at: datetime | None = _time(null=True)


class Handover(SQLModel, table=True):
    """A customer that changed hands; those of one decision have the same `batch`. `by_id`: who decided."""

    __tablename__ = "handover"
    __table_args__ = (Index("ix_handover_prospect_at", "prospect_id", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    batch: str = Field(index=True, max_length=16)
    prospect_id: int = _link("prospect", index=False)
    from_id: int = Field(foreign_key="person.id")
    to_id: int = Field(foreign_key="person.id")
    by_id: int = Field(foreign_key="person.id")
    at: datetime = _time()
    undone_at: datetime | None = _time(null=True)


class Access(SQLModel, table=True):
    """Somebody other than the owner looked at a customer. `what`: opened or exported; the last one of a day counts."""

    __tablename__ = "access"
    __table_args__ = (UniqueConstraint("prospect_id", "person_id", "what", "on", name="uq_access_once"),)
    id: int | None = Field(default=None, primary_key=True)
    prospect_id: int = _link("prospect", index=False)
    person_id: int = Field(foreign_key="person.id")
    what: str = Field(max_length=10)
    on: date
    at: datetime = _time()


class KnownFact(SQLModel, table=True):
    """A fact about a customer (`knowledge/facts.py`), as JSON; numbers also stand in `number`, to be added up."""

    __tablename__ = "fact"
    __table_args__ = (UniqueConstraint("prospect_id", "fact", name="uq_fact_once"),)
    id: int | None = Field(default=None, primary_key=True)
    prospect_id: int = _link("prospect", index=False)
    fact: str = Field(max_length=32)
    value: str = Field(max_length=200)
    number: float | None = Field(default=None)
    at: date


class Visit(SQLModel, table=True):
    """One logged contact. `outcome` is reached or missed, or asked until its day is known; `how` is one of
    `knowledge/methods.py`, "" for not said.
    """

    __tablename__ = "visit"
    __table_args__ = (
        Index("ix_visit_prospect_at", "prospect_id", "at"),
        Index("ix_visit_person_at", "person_id", "at", "outcome"),
        _NEVER_AGAIN,
    )
    id: int | None = Field(default=None, primary_key=True)
    prospect_id: int = _link("prospect", index=False)
    person_id: int = Field(foreign_key="person.id")
    at: datetime = _time()
    method: str = Field(default="", max_length=10)
    outcome: str = Field(default="reached", max_length=10)
    how: str = Field(default="", max_length=16)
    note: str = _long()


class StageRow(SQLModel, table=True):
    """How far a customer had come with us (`knowledge/stages.py`) from `since` to `until`, None where they still are.

    `person_id` is whose customer it was then; `ahead`: it ended by going further; `won`: it began by the first order.
    """

    __tablename__ = "stage"
    __table_args__ = (
        Index(
            "uq_stage_open",
            "prospect_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
        Index("ix_stage_prospect_since", "prospect_id", "since", "until", "stage", "ahead"),
        Index("ix_stage_person_won", "person_id", "won", "since"),
    )
    id: int | None = Field(default=None, primary_key=True)
    prospect_id: int = _link("prospect", index=False)
    person_id: int = Field(foreign_key="person.id")
    stage: str = Field(max_length=32)
    since: datetime = _time()
    until: datetime | None = _time(null=True)
    ahead: bool = Field(default=False)
    won: bool = Field(default=False)


class Verdict(SQLModel, table=True):
    """A rep's word on one line of a handling card after trying it with a customer: it helped, or it did not.

    `line` is the key of the line (`knowledge/worth.py`), so that a line that editors change begins anew.
    """

    __tablename__ = "verdict"
    __table_args__ = (
        UniqueConstraint("prospect_id", "system", "type_id", "line", name="uq_verdict_once"),
        Index("ix_verdict_type", "system", "type_id", "line", "helped"),
        Index("ix_verdict_person", "person_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    prospect_id: int = _link("prospect", index=False)
    system: str = Field(max_length=32)
    type_id: str = Field(max_length=32)
    line: str = Field(max_length=16)
    helped: bool
    at: datetime = _time()


class InterviewRow(SQLModel, table=True):
    """A guided interview: its whole state, with a version that only grows."""

    __tablename__ = "interview"
    __table_args__ = (
        Index("ix_interview_person_open", "person_id", "open"),
        Index("ix_interview_person_created", "person_id", "created_at"),
        _NEVER_AGAIN,
    )
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    prospect_id: int | None = _link("prospect", null=True)
    name: str = Field(default="", max_length=60)
    system: str = Field(max_length=32)
    state: str = _long()
    version: int = Field(default=1)
    open: bool = Field(default=True)
    created_at: datetime = _time()
    updated_at: datetime = _time()


class Feedback(SQLModel, table=True):
    """A rep's word on a result: the type that was said, and the type that it is."""

    __tablename__ = "feedback"
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    interview_id: int = _link("interview")
    system: str = Field(max_length=32)
    said: str = Field(max_length=32)
    said_p: float = Field(default=0.0)
    correct: str = Field(max_length=32)
    at: datetime = _time()


class FittedRow(SQLModel, table=True):
    """A model of the team's own: fitted on the shipped corpus, whose digest is `base`, and on what reps corrected."""

    __tablename__ = "fitted"
    id: int | None = Field(default=None, primary_key=True)
    system: str = Field(max_length=32)
    at: datetime = _time()
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    base: str = Field(max_length=64)
    report: str = _long()  # what was measured before it was taken, as JSON
    active: bool = Field(default=False)


class Practice(SQLModel, table=True):
    """Something the rep wants to practise: a type, met in an interview."""

    __tablename__ = "practice"
    __table_args__ = (UniqueConstraint("person_id", "system", "type_id"),)
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    system: str = Field(max_length=32)
    type_id: str = Field(max_length=32)
    added_at: datetime = _time()


class DrillRow(SQLModel, table=True):
    """A drill: its whole state as JSON, with a version that only grows. `on` is the person's date when it began.

    `answered` counts the items that were answered; `done_at` is None until the drill ended or was put down.
    """

    __tablename__ = "drill"
    __table_args__ = (Index("ix_drill_person_on", "person_id", "on"),)
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    on: date
    state: str = _long()
    version: int = Field(default=1)
    answered: int = Field(default=0)
    created_at: datetime = _time()
    updated_at: datetime = _time()
    done_at: datetime | None = _time(null=True)


class MemoryRow(SQLModel, table=True):
    """What spaced repetition remembers of a kind of item about a type (`knowledge/repetition.py`)."""

    __tablename__ = "memory"
    __table_args__ = (UniqueConstraint("person_id", "kind", "system", "type_id", name="uq_memory_once"),)
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    kind: str = Field(max_length=10)  # recognise, reply or write
    system: str = Field(max_length=32)
    type_id: str = Field(max_length=32)
    stability: float = Field(default=0.0)
    difficulty: float = Field(default=0.0)
    reviewed_at: datetime = _time()
    due_at: datetime = _time()
    seen: int = Field(default=0)
    created_at: datetime = _time()


class Theme(SQLModel, table=True):
    """What a team practises first in the week that begins on `monday`."""

    __tablename__ = "theme"
    __table_args__ = (UniqueConstraint("team_id", "monday", name="uq_theme_once"),)
    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id")
    monday: date
    system: str = Field(max_length=32)
    type_id: str = Field(max_length=32)
    person_id: int = Field(foreign_key="person.id")  # who set it
    at: datetime = _time()


class Quiz(SQLModel, table=True):
    """A questionnaire being ticked, or ticked: of a customer, or (without one) of the person.

    `answers` is the sheet as JSON, `version` only grows; `done_at` is None until it came to a result.
    """

    __tablename__ = "quiz"
    __table_args__ = (Index("ix_quiz_person_system", "person_id", "system"), _NEVER_AGAIN)
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    prospect_id: int | None = _link("prospect", null=True)
    system: str = Field(max_length=32)
    answers: str = _long()
    version: int = Field(default=1)
    created_at: datetime = _time()
    updated_at: datetime = _time()
    done_at: datetime | None = _time(null=True)


class Reminder(SQLModel, table=True):
    """Why a customer is due on a local date, or (without a customer) what the person wants to be reminded of.

    `kind` is contact (the rhythm), promise (a date the rep gave) or one of `data/kinds.toml`; `key` tells several of a
    kind apart. `state`: open, done, missed, moved, passed or dropped. One with an hour has a message of its own,
    planned at `alert_at`, which is empty from then on.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("prospect_id", "kind", "on", "key", name="uq_reminder_once"),
        Index("ix_reminder_person_open", "person_id", "state", "on"),
        Index(
            "ix_reminder_alert",
            "state",
            "alert_at",
            sqlite_where=text("alert_at IS NOT NULL"),
            postgresql_where=text("alert_at IS NOT NULL"),
        ),
        Index(
            "uq_reminder_own_once",
            "person_id",
            "kind",
            "on",
            "key",
            unique=True,
            sqlite_where=text("prospect_id IS NULL"),
            postgresql_where=text("prospect_id IS NULL"),
        ),
        _NEVER_AGAIN,
    )
    id: int | None = Field(default=None, primary_key=True)
    prospect_id: int | None = _link("prospect", null=True, index=False)
    person_id: int = Field(foreign_key="person.id")
    kind: str = Field(max_length=10)
    key: str = Field(default="", max_length=32)
    on: date  # from this day on it stands in the list
    day: date | None = Field(default=None)  # what it is about, where that is another day
    at: time | None = Field(default=None)  # local time of day
    part: str = Field(default="", max_length=4)  # a part of the day, such as 下午
    repeat: str = Field(default="", max_length=16)  # when it comes again, a code of `knowledge/repeats.py`
    what: str = Field(default="", max_length=200)
    state: str = Field(default="open", max_length=10)
    alert_at: datetime | None = _time(null=True)
    created_at: datetime = _time()
    closed_at: datetime | None = _time(null=True)


class Complaint(SQLModel, table=True):
    """A customer's complaint; it is open until `closed_at`. `step` counts the steps of handling that are done."""

    __tablename__ = "complaint"
    __table_args__ = (Index("ix_complaint_prospect_closed", "prospect_id", "closed_at"), _NEVER_AGAIN)
    id: int | None = Field(default=None, primary_key=True)
    prospect_id: int = _link("prospect", index=False)
    person_id: int = Field(foreign_key="person.id")  # who wrote it down
    opened_at: datetime = _time()
    what: str = Field(max_length=500)
    kind: str = Field(default="", max_length=16)  # an id of `data/complaint.toml`, "" for not sorted
    wish: str = Field(default="", max_length=200)  # what the customer wants done
    step: int = Field(default=0)
    due_on: date | None = Field(default=None)
    times: int = Field(default=1)  # how often it has come up
    closed_at: datetime | None = _time(null=True)
    outcome: str = Field(default="", max_length=500)


class ComplaintEvent(SQLModel, table=True):
    """What happened about a complaint. `kind`: opened, step, back, due, wish, note, closed or again."""

    __tablename__ = "complaint_event"
    id: int | None = Field(default=None, primary_key=True)
    complaint_id: int = _link("complaint")
    person_id: int = Field(foreign_key="person.id")
    at: datetime = _time()
    kind: str = Field(max_length=10)
    text: str = Field(default="", max_length=500)


class ContactRow(SQLModel, table=True):
    """A person of a customer's firm (`knowledge/contacts.py`); codes are those of its `SCALES`, "" for not known."""

    __tablename__ = "contact"
    __table_args__ = _NEVER_AGAIN
    id: int | None = Field(default=None, primary_key=True)
    prospect_id: int = _link("prospect")
    name: str = Field(default="", max_length=20)
    name_key: str = Field(default="", max_length=20)
    title: str = Field(default="", max_length=60)
    influence: str = Field(default="", max_length=10)
    tie_us: str = Field(default="", max_length=10)
    tie_them: str = Field(default="", max_length=10)
    decides: str = Field(default="", max_length=10)
    owner: str = Field(default="", max_length=20)  # who of us looks after this person
    note: str = Field(default="", max_length=300)
    unread: str = _long()  # what was not understood and waits to be asked about, one piece a line
    created_at: datetime = _time()
    updated_at: datetime = _time()


class ImportFile(SQLModel, table=True):
    """A customer list that somebody sent. `state`: open, done or dropped; once it is not open, `body` is empty.

    `body` is the table (`knowledge/table.py`), `told` what was found in it and (done) what came of it, as JSON.
    """

    __tablename__ = "import_file"
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    owner_id: int | None = Field(default=None, foreign_key="person.id")  # whose customers they become
    name: str = Field(max_length=120)
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    told: str = _long()
    state: str = Field(default="open", max_length=10)
    created_at: datetime = _time()
    closed_at: datetime | None = _time(null=True)


class Delivery(SQLModel, table=True):
    """A message that must reach a person once. `state`: planned, claimed, sent, uncertain, failed or moot.

    A claim is on the wire from `begun_at` on; moot is what there was nothing left to say in. `kind` is morning,
    evening, leave, brief:<reminder>, check and checkeve (ask whether an uncertain one arrived), digest,
    nudge:<customer>, gone:<person>, lost:<chat>:<which time>, alarm:<alarm>, over:<alarm>, or group:<chat>, which goes
    to a group: once a day whoever claimed it, `person_id`, is.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "on", name="uq_delivery_once"),
        Index(
            "uq_delivery_group_once",
            "kind",
            "on",
            unique=True,
            sqlite_where=text("substr(kind, 1, 6) = 'group:'"),
            postgresql_where=text("substr(kind, 1, 6) = 'group:'"),
        ),
        Index("ix_delivery_state_due", "state", "due_at"),
        Index("ix_delivery_state_finished", "state", "finished_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    kind: str = Field(max_length=30)
    on: date
    state: str = Field(default="planned", max_length=10)
    due_at: datetime = _time()
    attempts: int = Field(default=0)
    claimed_by: str = Field(default="", max_length=40)
    claimed_at: datetime | None = _time(null=True)
    begun_at: datetime | None = _time(null=True)
    finished_at: datetime | None = _time(null=True)
    message_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    cause: str = Field(default="", max_length=10)  # of the last trouble, one of `scheduler.push.CAUSES`
    problem: str = Field(default="", max_length=200)
    sender_id: int | None = Field(default=None)  # of a nudge: the person who gave it


class Mark(SQLModel, table=True):
    """The moment of something that there is once: `tick:<process>`, its last tick; `pause`, until when nothing goes;
    `stages`, since when all customers have been placed.
    """

    __tablename__ = "mark"
    name: str = Field(primary_key=True, max_length=60)
    at: datetime = _time()


class Alarm(SQLModel, table=True):
    """A trouble of the service, told to the admins when it begins and when it is over; one of a kind at a time."""

    __tablename__ = "alarm"
    __table_args__ = (
        Index(
            "uq_alarm_open",
            "kind",
            unique=True,
            sqlite_where=text("over_at IS NULL"),
            postgresql_where=text("over_at IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=16)  # late, incomplete, clock or disk
    figure: int = Field(default=0)  # minutes late, messages that wait, minutes of the jump, free MB
    since: datetime = _time()
    over_at: datetime | None = _time(null=True)


class Receipt(SQLModel, table=True):
    """An update that took effect, with the answer that it got: Telegram delivers an update again after a crash."""

    __tablename__ = "receipt"
    update_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    person_id: int | None = Field(default=None, index=True)
    at: datetime = _time(index=True)
    answer: str = _long()
