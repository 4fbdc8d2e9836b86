"""The people of a customer's firm. Scoped by the customer's owner."""

from collections.abc import Sequence

from sqlmodel import Session, col, delete, select

from store.tables import ContactRow, Prospect


def mine(session: Session, owner_id: int, contact_id: int) -> tuple[ContactRow, Prospect] | None:
    """The person of that id with the customer, if the customer is the owner's."""
    found = (
        select(ContactRow, Prospect)
        .join(Prospect, col(Prospect.id) == col(ContactRow.prospect_id))
        .where(col(ContactRow.id) == contact_id, col(Prospect.owner_id) == owner_id)
    )
    return session.exec(found).one_or_none()


def of(session: Session, prospect_id: int) -> Sequence[ContactRow]:
    """The people of a customer in the order in which they came."""
    found = select(ContactRow).where(col(ContactRow.prospect_id) == prospect_id)
    return session.exec(found.order_by(col(ContactRow.id))).all()


def add(session: Session, row: ContactRow) -> ContactRow:
    """Keep a new person."""
    session.add(row)
    session.flush()
    return row


def erase(session: Session, contact_id: int) -> None:
    """Delete a person."""
    session.exec(delete(ContactRow).where(col(ContactRow.id) == contact_id))
