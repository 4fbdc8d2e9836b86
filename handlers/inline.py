"""What somebody types behind the bot's name in any chat: `@bot 杀价`. Nothing is changed, so no receipt is kept."""

from collections.abc import Iterator, Sequence
from functools import partial

from telegram import Update

from cards.advice import article
from cards.card import Act, Offer
from handlers.advice import LONGEST
from handlers.desk import Context, Turn, answer
from knowledge.finding import Entry, Scene, Type
from knowledge.playbooks import Playbook
from knowledge.systems import Catalogue
from knowledge.text import printable

PAGE = 10  # articles at once; the phone asks for more when somebody scrolls


async def typed(update: Update, context: Context) -> None:
    """Answer with cards; only members get any."""
    query = update.inline_query
    if query is None:
        return
    text = printable(query.query, LONGEST)
    begin = int(query.offset) if query.offset.isascii() and query.offset.isdecimal() and len(query.offset) < 5 else 0
    await answer(update, context, partial(offer, text=text, begin=begin), fleeting=True)


def offer(turn: Turn, text: str, begin: int) -> Sequence[Act]:
    """The cards that the words name, from number `begin` on; the primary system's without words."""
    library = turn.desk.library
    found: list[Entry] = [hit.entry for hit in library.find(text)] if text else [library.primary]
    cards = list(dict.fromkeys(one for entry in found for one in _cards(turn, entry)))
    more = str(begin + PAGE) if len(cards) > begin + PAGE else ""
    return [Offer(tuple(article(one, turn.desk.talk) for one in cards[begin : begin + PAGE]), more)]


def _cards(turn: Turn, entry: Entry) -> Iterator[Type | Playbook]:
    """A moment stands for its playbooks, a system for its types."""
    match entry:
        case Scene(id):
            yield from turn.desk.library.playbooks.at(id)
        case Catalogue():
            yield from (Type(entry, kind) for kind in entry.types.values())
        case _:
            yield entry
