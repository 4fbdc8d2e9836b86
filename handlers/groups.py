"""The bot in a team's group: figures for managers, never a customer; one polite line in a group that nobody claimed."""

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlmodel import Session
from telegram import ChatMember, ChatMemberRestricted, Update
from telegram.constants import ChatType
from telegram.error import BadRequest, Forbidden

from cards import groups as words
from cards import people as general
from cards.card import Act, Card, Say, Toast, pack, unpack
from handlers.desk import DESK, Context, Desk
from handlers.show import muted, show
from knowledge import filters
from knowledge.filters import LONGEST, Filter
from knowledge.text import printable
from store import filters as rows
from store import groups, people, receipts
from store.filters import Sight
from store.people import MANAGERS
from store.tables import GroupChat, Person

logger = logging.getLogger(__name__)

TODAY = ("今天该联系", "逾期", "有未结投诉", "30天内生日", "没有下次联系")  # what `/team` counts
ANSWERED = frozenset({"here", "team", "list"})


async def command(update: Update, context: Context) -> None:
    """A command in a group."""
    message, chat, user = update.effective_message, update.effective_chat, update.effective_user
    if message is None or chat is None or user is None:
        return
    first, _, text = (message.text or "").partition(" ")
    name = first.removeprefix("/").partition("@")[0].lower()
    desk: Desk = context.bot_data[DESK]
    title = printable(chat.title or "", groups.LONGEST_TITLE)
    asked = partial(_answer, name=name, text=printable(text, LONGEST), title=title)
    await _show(update, context, desk, chat.id, await desk.db.write(asked, desk, update.update_id, chat.id, user.id))


async def tapped(update: Update, context: Context) -> None:
    """A button in a group."""
    query, chat, user = update.callback_query, update.effective_chat, update.effective_user
    if query is None or chat is None or user is None:
        return
    desk: Desk = context.bot_data[DESK]
    asked = partial(_answer, name=query.data or "", text="")
    await _show(update, context, desk, chat.id, await desk.db.write(asked, desk, update.update_id, chat.id, user.id))


async def _show(update: Update, context: Context, desk: Desk, chat_id: int, acts: Sequence[Act]) -> None:
    """Say it where it may be said; whether it may is known afterwards."""
    try:
        await show(update, context, acts)
    except (BadRequest, Forbidden) as fault:
        if not muted(fault):
            raise
        logger.info("nothing may be said in a group: %s", fault.message, extra={"action": "group_muted"})
        await desk.db.write(groups.lose, chat_id, groups.MUTED, desk.now())
    else:
        if any(isinstance(act, Say) for act in acts):
            await desk.db.write(groups.regain, chat_id)


async def seated(update: Update, context: Context) -> None:
    """We were put into a group, removed from it, or our right to write there has changed."""
    change = update.my_chat_member
    if change is None or change.chat.type not in {ChatType.GROUP, ChatType.SUPERGROUP}:
        return
    desk: Desk = context.bot_data[DESK]
    lost = _lost(change.new_chat_member)
    await desk.db.write(_seated, update.update_id, change.chat.id, lost, desk.now())


def _lost(member: ChatMember) -> groups.Lost | None:
    """Why nothing can be said by somebody of that standing, None where it can."""
    if member.status in {ChatMember.LEFT, ChatMember.BANNED}:
        return groups.REMOVED
    if isinstance(member, ChatMemberRestricted):
        return groups.REMOVED if not member.is_member else None if member.can_send_messages else groups.MUTED
    return None


def _seated(session: Session, update_id: int, chat_id: int, lost: groups.Lost | None, now: datetime) -> None:
    """Once, however often Telegram delivers the update."""
    if receipts.answer_to(session, update_id) is not None:
        return
    if lost is None:
        groups.regain(session, chat_id)
    else:
        groups.lose(session, chat_id, lost, now)
    receipts.keep(session, update_id, None, pack([]), now)


async def upgraded(update: Update, context: Context) -> None:
    """A group has become a supergroup, which is another chat; it is said in the old one and in the new one."""
    message = update.effective_message
    if message is None:
        return
    old = message.migrate_from_chat_id or message.chat.id
    new = message.migrate_to_chat_id or message.chat.id
    await context.bot_data[DESK].db.write(groups.move, old, new)


def _answer(
    session: Session,
    desk: Desk,
    update_id: int,
    chat_id: int,
    telegram_id: int,
    *,
    name: str,
    text: str,
    title: str = "",
) -> Sequence[Act]:
    """Answer once, however often Telegram delivers the update."""
    kept = receipts.answer_to(session, update_id)
    if kept is not None:
        return unpack(kept)
    person = people.by_telegram(session, telegram_id)
    group, first = groups.met(session, chat_id, desk.now(), title)
    if name.startswith("c:"):
        acts = _tap(session, desk, group, person, name)
    else:
        acts = _decide(session, desk, group, person, name, text, first=first)
    receipts.keep(session, update_id, person.id if person else None, pack(acts), desk.now())
    return acts


def _decide(
    session: Session, desk: Desk, group: GroupChat, person: Person | None, name: str, text: str, *, first: bool
) -> Sequence[Act]:
    manages = person is not None and person.role in MANAGERS and person.team_id is not None
    if name == "here" and person is not None and manages:
        groups.claim(group, person, desk.now(), desk.rules.days)
        return [Say(words.claimed(people.team_name(session, person.team_id), _hour(desk, person)))]
    if group.team_id is None or person is None:
        return [Say(words.welcome())] if first else []
    if not groups.manages(session, group, person):
        return [Say(words.managers_only())] if name in ANSWERED else []
    if name == "team":
        return [Say(_figures(session, desk, group, person))]
    if name == "list" and text:
        return [Say(_counted(session, desk, group, person, text))]
    return [Say(words.in_private())]


def _hour(desk: Desk, person: Person) -> str:
    return person.push_at if desk.rules.digest else ""


def _tap(session: Session, desk: Desk, group: GroupChat, person: Person | None, data: str) -> Sequence[Act]:
    """`c:on` or `c:off`: who may ask for figures there may end and begin their coming by themselves."""
    if data not in {"c:on", "c:off"}:
        return [Toast(general.stale())]
    if person is None or not groups.manages(session, group, person):
        return [Toast(words.only_managers_end_it(), alert=True)]
    wanted = data == "c:on"
    if group.digest is wanted:
        return [Toast(words.done_already())]
    groups.switch(session, group, desk.now(), desk.rules.days, on=wanted)
    at = groups.hour(session, group)
    return [Say(words.begun(at) if wanted else words.ended(at))]


def _figures(session: Session, desk: Desk, group: GroupChat, person: Person) -> Card:
    sight = _sight(desk, groups.members(session, group.team_id or 0), person)
    wanted = {"在跟的客户": Filter((), ())} | {zh: _read(desk, sight, zh) for zh in TODAY}
    told = [(zh, rows.count(session, sight, one)) for zh, one in wanted.items()]
    return words.figures(people.team_name(session, group.team_id), told)


def _counted(session: Session, desk: Desk, group: GroupChat, person: Person, text: str) -> Card:
    members = groups.members(session, group.team_id or 0)
    sight = _sight(desk, members, person)
    wanted = _read(desk, sight, text)
    each = rows.by_owner(session, sight, wanted) if wanted.terms else {}
    people_ = sorted(((members[id], count) for id, count in each.items()), key=lambda one: -one[1])
    # Only what was understood is said: a word that was looked for as it stands may be a customer's name.
    said = "，".join(one if "“" not in one else "写着某个词" for one in wanted.said)
    unknown = ["有一处"] if wanted.unknown else []
    return words.counted(said or "没有条件", sum(each.values()), unknown, people_)


def _sight(desk: Desk, members: dict[int, str], person: Person) -> Sight:
    return Sight(sorted(members), desk.now(), person.tz, desk.systems, desk.system.id)


def _read(desk: Desk, sight: Sight, text: str) -> Filter:
    return filters.read(text, sight.today, desk.edition.vocabulary, {})
