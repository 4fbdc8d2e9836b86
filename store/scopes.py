"""Whose rows a manager may see, as a condition in the query itself."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, true
from sqlalchemy.orm import Mapped
from sqlmodel import col, select

from store.tables import Person


def members(teams: Collection[int] | None) -> ColumnElement[bool]:
    """People who are active and of these teams; None stands for every team and for none."""
    here = true() if teams is None else col(Person.team_id).in_(sorted(teams))
    return and_(col(Person.active), here)


def owners(person: Mapped[int], teams: Collection[int] | None) -> ColumnElement[bool]:
    """Rows of such people, by the column that says whose a row is."""
    return person.in_(select(Person.id).where(members(teams)))
