"""Joining and settings: `/start`, `/help`, `/settings`, `/cancel`, `/invite`, `/health`; the buttons of `s:`, `v:`."""

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlmodel import Session
from telegram import Update, User

from cards import facets as facet_words
from cards import interview as interview_words
from cards import people as words
from cards.card import Act, Card, Change, Menu, Say, Toast, pack, unpack
from handlers import practice
from handlers.desk import DESK, MANAGERS, Context, Desk, Turn, answer, refusal
from handlers.facets import scene_of
from handlers.show import FROM_ELSEWHERE, show
from knowledge.calendar import working_from
from knowledge.invitations import code_hash, new_code
from knowledge.text import printable
from store import alarms, deliveries, interviews, marks, people, receipts
from store.tables import Invite, Person

TROUBLES = timedelta(days=7)  # that /health looks back
_TIME = re.compile(r"^([01]?\d|2[0-3])[:：.点]([0-5]\d)?分?$", re.ASCII)


async def start(update: Update, context: Context) -> None:
    """`/start`, or `/start CODE` from an invitation link."""
    desk: Desk = context.bot_data[DESK]
    user = update.effective_user
    if user is None:
        return
    code = (context.args or [""])[0]
    code = "" if code == FROM_ELSEWHERE else code
    acts = await desk.db.write(_arrive, desk, update.update_id, user, code)
    await show(update, context, acts)


def _arrive(session: Session, desk: Desk, update_id: int, user: User, code: str) -> Sequence[Act]:
    """Let somebody in once, however often Telegram delivers the update."""
    kept = receipts.answer_to(session, update_id)
    if kept is not None:
        return unpack(kept)
    acts = _enter(session, desk, user, code)
    person = people.by_telegram(session, user.id)
    if person is not None:
        receipts.keep(session, update_id, person.id, pack(acts), desk.now())
    return acts


def _enter(session: Session, desk: Desk, user: User, code: str) -> Sequence[Act]:
    """Let somebody in by invitation, or because the configuration names them as admin; greet who is in."""
    now = desk.now()
    known = people.by_telegram(session, user.id)
    if known is not None and not code:
        known.unreachable = False
        return [Say(words.hello(known.name)), Menu(known.role)]
    if known is None and user.id in desk.rules.admins:
        return _join(session, desk, user, "admin", None, now)
    invite = people.redeem(session, code_hash(code), now) if code else None
    if invite is None:
        if known is not None:
            return [Say(words.hello(known.name)), Menu(known.role)]
        return [Say(words.bad_invite() if code else words.stranger())]
    if known is not None and invite.created_by == known.id:
        invite.used_at = None  # tried out by its maker; it still waits for somebody else
        return [Say(words.own_invite())]
    acts = _join(session, desk, user, invite.role, invite.team_id, now)
    joined = people.by_telegram(session, user.id)
    invite.used_by = joined.id if joined else None
    return acts


def _join(session: Session, desk: Desk, user: User, role: str, team_id: int | None, now: datetime) -> Sequence[Act]:
    person = people.join(
        session,
        telegram_id=user.id,
        name=printable(user.full_name, 40) or str(user.id),
        role=role,
        team_id=team_id,
        tz=desk.rules.tz,
        push_at=desk.rules.push_at,
        now=now,
    )
    person.next_push_at = next_push(person, now, desk)
    team = people.team_of(session, person)
    return [Say(words.welcome(person.name, role, team.name if team else "")), Menu(role)]


def next_push(person: Person, now: datetime, desk: Desk) -> datetime:
    """The next working morning of a person, as an instant after `now`."""
    zone = ZoneInfo(person.tz)
    at = time.fromisoformat(person.push_at)
    local = now.astimezone(zone)
    day = local.date() if local.time() < at else local.date() + timedelta(days=1)
    return datetime.combine(working_from(day, desk.rules.days), at, zone)


async def help_(update: Update, context: Context) -> None:
    """`/help`."""
    await answer(update, context, _help)


def _help(turn: Turn) -> Sequence[Act]:
    return [Say(words.help_text(turn.caller.role)), Menu(turn.caller.role)]


async def cancel(update: Update, context: Context) -> None:
    """`/cancel`."""
    await answer(update, context, _cancel)


def _cancel(turn: Turn) -> Sequence[Act]:
    """Put down what is waited for, the open interview, or the drill of the day."""
    awaited, row = turn.awaiting, interviews.current(turn.session, turn.me)
    turn.await_text("")
    drilling = awaited.startswith(practice.AWAITED) or (not awaited and row is None)
    left = practice.put_down(turn) if drilling else None
    if left is not None:
        return [Say(left)]
    if awaited:
        return [Say(words.cancelled("好，放下了。"))]
    if row is None:
        return [Say(words.cancelled("手头没有进行到一半的事。"))]
    interviews.close(turn.session, turn.me)
    return [Say(interview_words.ended(row.name))]


async def settings(update: Update, context: Context) -> None:
    """`/settings`."""
    await answer(update, context, _show_settings)


def _show_settings(turn: Turn) -> Sequence[Act]:
    return [Say(_settings(turn))]


async def settings_tapped(update: Update, context: Context) -> None:
    """A button of the settings."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    await answer(update, context, partial(_set, data=data))


def _settings(turn: Turn) -> Card:
    person = turn.person
    upcoming = person.next_push_at.astimezone(ZoneInfo(person.tz)) if person.next_push_at else None
    last = deliveries.latest(turn.session, turn.me)
    pushed = last.finished_at.astimezone(ZoneInfo(person.tz)) if last and last.finished_at else None
    pushes = words.pushes(upcoming, pushed, last.state if last else "")
    digest = person.digest if person.role in MANAGERS and turn.desk.rules.digest else None
    return words.settings(person.push_at, person.tz, pushes, scene_of(turn).zh, drill=person.drill_line, digest=digest)


def _who_sees(turn: Turn) -> Card:
    above = people.above_all(turn.session, turn.person)
    told = [(one.name, one.role, people.team_name(turn.session, one.team_id)) for one in above]
    return words.who_sees(told, manages=turn.caller.role in MANAGERS)


def _set(turn: Turn, data: str) -> Sequence[Act]:
    _, what, value = [*data.split(":", 2), "", ""][:3]
    if what == "ask":
        turn.await_text("push")
        return [Say(words.ask_time())]
    if what == "scenes":
        return [Change(facet_words.scenes(turn.desk.scenes, scene_of(turn).id))]
    if what == "open":
        return [Change(_settings(turn))]
    if what == "scene" and value in turn.desk.scenes:
        turn.person.scene = value
        return [Change(_settings(turn)), Toast("换好了。")]
    if what == "drill" and value in {"on", "off"}:
        turn.person.drill_line = value == "on"
        return [Change(_settings(turn)), Toast("设置好了。")]
    if what == "digest" and value in {"on", "off"}:
        turn.person.digest = value == "on"
        return [Change(_settings(turn)), Toast("设置好了。")]
    if what == "seen":
        return [Say(_who_sees(turn))]
    if what == "tz" and value in words.ZONES:
        turn.person.tz = value
    elif what == "push" and (at := _clock(value)):
        turn.person.push_at = at
    else:
        return [Toast(words.stale())]
    turn.person.next_push_at = next_push(turn.person, turn.now, turn.desk)
    return [Change(_settings(turn)), Toast("设置好了。")]


def push_time(turn: Turn, text: str) -> Sequence[Act]:
    """The time that the settings asked for."""
    at = _clock(text.strip())
    if at is None:
        turn.await_text("push")
        return [Say(words.bad_time())]
    turn.person.push_at = at
    turn.person.next_push_at = next_push(turn.person, turn.now, turn.desk)
    return [Say(_settings(turn))]


def _clock(text: str) -> str | None:
    """A time as people write it, as HH:MM."""
    found = _TIME.match(text)
    return f"{int(found[1]):02}:{found[2] or '00'}" if found else None


async def invite(update: Update, context: Context) -> None:
    """`/invite`, `/invite rep`, `/invite manager 城东一组`."""
    role, *team = context.args or [""]
    await answer(update, context, partial(_invite, role=role, team=" ".join(team)), managers=True)


async def invite_tapped(update: Update, context: Context) -> None:
    """A role was chosen."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    await answer(update, context, partial(_invite, role=data.partition(":")[2], team=""), managers=True)


def _invite(turn: Turn, role: str, team: str) -> Sequence[Act]:
    """A one-time link; a manager invites into the own team, an admin into any."""
    admin = turn.caller.role == "admin"
    role = {"销售": "rep", "主管": "manager", "管理员": "admin"}.get(role, role)
    if role not in words.ROLES or (role == "admin" and not admin):
        return [Say(words.ask_invite(admin))] if turn.caller.role in MANAGERS else [refusal()]
    team_id = turn.caller.team_id
    if admin and team:
        team_id = people.team_named(turn.session, printable(team, 40)).id
    code = new_code()
    row = people.invite(
        turn.session,
        Invite(
            code_hash=code_hash(code),
            role=role,
            team_id=team_id,
            created_by=turn.me,
            created_at=turn.now,
            expires_at=turn.now + timedelta(hours=turn.desk.rules.invite_hours),
        ),
    )
    link = f"https://t.me/{turn.bot_name}?start={code}"
    named = people.team_name(turn.session, team_id)
    until = row.expires_at.astimezone(ZoneInfo(turn.caller.tz))
    return [Say(words.invited(link, role, named, until))]


async def health(update: Update, context: Context) -> None:
    """`/health`, for admins."""
    await answer(update, context, _health, managers=True)


def _health(turn: Turn) -> Sequence[Act]:
    if turn.caller.role != "admin":
        return [Toast(words.admins_only(), alert=True)]
    zone = ZoneInfo(turn.caller.tz)
    now, session = turn.now, turn.session
    ticked = marks.last_tick(session)
    last, coming = deliveries.last_push(session), deliveries.next_push(session)
    pause = marks.get(session, marks.PAUSE)
    return [
        Say(
            words.health(
                open_=[(row.kind, row.figure, row.since.astimezone(zone)) for row in alarms.open_(session).values()],
                ticked=int((now - ticked).total_seconds()) if ticked else None,
                processes=marks.processes(session, now - timedelta(minutes=1)),
                last=(last[0].astimezone(zone), last[1].astimezone(zone), last[2]) if last else None,
                coming=(coming[0].astimezone(zone), coming[1]) if coming else None,
                waiting=deliveries.waiting(session),
                pause=pause.astimezone(zone) if pause and pause > now else None,
                troubles=deliveries.troubled(session, now - TROUBLES),
                unreachable=people.unreachable(session),
                free=turn.desk.db.free(),
            )
        )
    ]
