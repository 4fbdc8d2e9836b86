"""A customer as whoever opens it sees it: one's own to work with, a rep's to be read, which is noted. And who can, and
did, look at one's customers.
"""

from zoneinfo import ZoneInfo

from cards import privacy as words
from cards import team as team_words
from cards.card import Card
from cards.privacy import Look
from cards.team import CustomerView
from handlers.desk import Turn
from handlers.stages import names
from handlers.views import open_card
from store import access, deliveries, people, prospects, stages
from store.people import MANAGERS
from store.tables import Prospect

LOOKS = 20  # that are listed


def opened(turn: Turn, prospect_id: int) -> Card | None:
    """The card of a customer that the caller may see; None where there is none."""
    row = prospects.seen(turn.session, turn.caller, prospect_id)
    if row is None:
        return None
    if row.owner_id == turn.me:
        return open_card(turn, row)
    access.note(turn.session, prospect_id, turn.me, "opened", turn.now, turn.today)
    owner = people.by_id(turn.session, row.owner_id)
    stage = stages.now_in(turn.session, prospect_id)
    system = turn.desk.system
    view = CustomerView(
        id=prospect_id,
        owner_id=row.owner_id,
        owner=owner.name if owner else "",
        stage_zh=names(turn.desk).get(stage.stage, "") if stage else "",
        type=f"{system.id}:{row.type_id}" if row.type_id in system.types else "",
        late=prospects.is_late(row, turn.today),
        nudged=bool(deliveries.nudged(turn.session, [prospect_id], turn.today)),
        back=owner is not None and owner.active,
    )
    return team_words.customer(open_card(turn, row), view)


def who_looked(turn: Turn, row: Prospect | None) -> Card:
    """Who may see, and who has seen, one customer, or (None) everything of the caller's."""
    zone = ZoneInfo(turn.caller.tz)
    owner_id, own = (row.owner_id, row.owner_id == turn.me) if row else (turn.me, True)
    owner = people.by_id(turn.session, owner_id)
    above = people.above_all(turn.session, owner) if owner else ()
    looks = access.latest(turn.session, owner_id, LOOKS, row.id if row else None)
    return words.seen(
        [(one.name, one.role, people.team_name(turn.session, one.team_id)) for one in above],
        [Look(who, customer, what, at.astimezone(zone)) for who, customer, what, at in looks],
        manages=row is None and turn.caller.role in MANAGERS,
        name=row.name if row else "",
        back=f"{'p:open' if own else 't:see'}:{row.id}" if row else "",
    )
