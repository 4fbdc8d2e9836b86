"""Joining: `/start`, `/help`, `/cancel`, `/invite`, `/health`; the buttons of `v:`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlmodel import Session
from telegram import Update, User

from cards import people as words
from cards.card import Act, Card, Change, Menu, Say, Toast, pack, unpack
from handlers import interview, practice
from handlers.desk import DESK, Context, Desk, Turn, answer, number, refusal
from handlers.show import FROM_ELSEWHERE, show
from knowledge.invitations import code_hash, new_code
from knowledge.text import printable
from store import alarms, deliveries, interviews, marks, people, receipts
from store.people import MANAGERS
from store.tables import Invite

TROUBLES = timedelta(days=7)  # that /health looks back


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
        evening_at=desk.rules.evening_at,
        quiet=desk.rules.quiet,
        lead=desk.rules.lead,
        now=now,
    )
    people.plan(person, now, desk.rules.days)
    team = people.team_of(session, person)
    return [Say(words.welcome(person.name, role, team.name if team else "")), Menu(role)]


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
    return [Say(interview.ended(row))]


async def invite(update: Update, context: Context) -> None:
    """`/invite`, `/invite rep`, `/invite manager 城东一组`."""
    role, *team = context.args or [""]
    await answer(update, context, partial(_invite, role=role, team=" ".join(team)), managers=True)


async def invite_tapped(update: Update, context: Context) -> None:
    """A role was chosen, or an invitation is taken back."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    _, what, id = [*data.split(":"), "", ""][:3]
    decide = partial(_revoke, invite_id=number(id)) if what == "revoke" else partial(_invite, role=what, team="")
    await answer(update, context, decide, managers=True)


def _invite(turn: Turn, role: str, team: str) -> Sequence[Act]:
    """A one-time link; a manager invites into the own team, an admin into any."""
    admin = turn.caller.role == "admin"
    role = {"销售": "rep", "主管": "manager", "管理员": "admin"}.get(role, role)
    if role not in words.ROLES or (role == "admin" and not admin):
        return [Say(_invitations(turn))] if turn.caller.role in MANAGERS else [refusal()]
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


def _invitations(turn: Turn) -> Card:
    """Whom to invite, and the invitations that still wait for somebody."""
    zone, rows = ZoneInfo(turn.caller.tz), people.open_invites(turn.session, turn.caller, turn.now)
    by = people.names(turn.session, {row.created_by for row in rows if row.created_by})
    open_ = [
        words.Invitation(
            row.id or 0,
            row.role,
            people.team_name(turn.session, row.team_id),
            by.get(row.created_by or 0, ""),
            row.expires_at.astimezone(zone),
        )
        for row in rows
    ]
    return words.ask_invite(turn.caller.role == "admin", open_)


def _revoke(turn: Turn, invite_id: int) -> Sequence[Act]:
    done = people.revoke(turn.session, turn.caller, invite_id, turn.now)
    return [Change(_invitations(turn)), Toast(words.revoked() if done else words.stale())]


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
