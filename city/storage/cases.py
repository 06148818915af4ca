"""Queries over cases. Transactions belong to the caller; who may see what is part of the query, never of a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select, true, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, selectinload

from city.storage.models import Case, Counter, Event, Material, Page

PAGE_SIZE = 50
COUNT_LIMIT = 1000


@dataclass(frozen=True)
class Scope:
    """The windows a member of staff may see: one key, or None for the whole city."""

    window: str | None

    def condition(self) -> ColumnElement[bool]:
        return true() if self.window is None else Case.window == self.window


@dataclass(frozen=True)
class After:
    """The last case of a page: the next one begins behind it. `due_on` counts on the shelf of what is to be done."""

    due_on: date | None
    case_id: int


class Shelf:
    """The three lists of a window, as conditions."""

    TODO = "todo"  # the window must act
    WAITING = "waiting"  # somebody else must
    CLOSED = "closed"


_SHELVES = {
    Shelf.TODO: and_(Case.is_open, Case.due_on.is_not(None)),
    Shelf.WAITING: and_(Case.is_open, Case.due_on.is_(None)),
    # A closed case has no due date; saying so lets the index give them in the order of their ids.
    Shelf.CLOSED: and_(Case.is_open.is_(False), Case.due_on.is_(None)),
}

_TOLD = (selectinload(Case.notice), selectinload(Case.result), selectinload(Case.defects), selectinload(Case.events))


def by_packet(session: Session, packet_id: str) -> Case | None:
    return session.scalar(select(Case).where(Case.packet_id == packet_id))


def visible(session: Session, scope: Scope, number: str) -> Case | None:
    """The case with everything a page shows, or None when it does not exist *for this scope*."""
    return session.scalar(
        select(Case)
        .where(Case.number == number, scope.condition())
        .options(
            selectinload(Case.materials).selectinload(Material.pages),
            selectinload(Case.events),
            selectinload(Case.consultations),
            selectinload(Case.defects),
            selectinload(Case.waybills),
            selectinload(Case.notice),
            selectinload(Case.result),
        )
    )


def visible_page(session: Session, scope: Scope, number: str, page_id: int) -> Page | None:
    return session.scalar(
        select(Page)
        .join(Page.material)
        .join(Material.case)
        .where(Case.number == number, Page.id == page_id, scope.condition())
    )


def shelf(
    session: Session, scope: Scope, name: str, *, search: str = "", window: str = "", after: After | None = None
) -> Sequence[Case]:
    """At most PAGE_SIZE + 1 cases; one more than a page means that there is another page.

    What is to be done comes by due date, what waits the longest first, what is closed the newest first: each in the
    order of an index, so that a page costs the same however many cases there are.
    """
    query = select(Case).where(_findable(scope, search, window), _SHELVES[name])
    if name == Shelf.TODO:
        query = query.order_by(Case.due_on, Case.id)
        if after is not None:
            query = query.where(tuple_(Case.due_on, Case.id) > (after.due_on, after.case_id))
    elif name == Shelf.WAITING:
        query = query.order_by(Case.id)
        if after is not None:
            query = query.where(Case.id > after.case_id)
    else:
        query = query.order_by(Case.id.desc())
        if after is not None:
            query = query.where(Case.id < after.case_id)
    return session.scalars(query.limit(PAGE_SIZE + 1)).all()


def shelf_count(session: Session, scope: Scope, name: str, *, search: str = "", window: str = "") -> int:
    """How many cases lie there, but no more than COUNT_LIMIT: nobody reads on, and counting costs by the row."""
    some = select(Case.id).where(_findable(scope, search, window), _SHELVES[name]).limit(COUNT_LIMIT)
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0


def by_receipt(session: Session, filing_number: str) -> Sequence[Case]:
    query = select(Case).where(Case.filing_number == filing_number).order_by(Case.id).options(*_TOLD)
    return session.scalars(query).all()


def by_citizen(session: Session, number: str) -> Sequence[Case]:
    """Newest first, the last fifty."""
    query = select(Case).where(Case.applicant_number == number).order_by(Case.id.desc()).limit(PAGE_SIZE)
    return session.scalars(query.options(*_TOLD)).all()


def event_by_token(session: Session, case_id: int, once: str) -> Event | None:
    return session.scalar(select(Event).where(Event.case_id == case_id, Event.once == once))


def next_number(session: Session, name: str) -> int:
    """1, 2, 3 ... of this name, each once, however many processes ask. Lost again if the caller rolls back."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = (
        insert(Counter)
        .values(name=name, value=1)
        .on_conflict_do_update(index_elements=[Counter.name], set_={"value": Counter.value + 1})
        .returning(Counter.value)
    )
    return int(session.execute(statement).scalar_one())


def _findable(scope: Scope, search: str, window: str) -> ColumnElement[bool]:
    condition = scope.condition()
    if window:
        condition = and_(condition, Case.window == window)
    if search:
        condition = and_(
            condition,
            or_(
                Case.number == search.upper(),
                Case.filing_number == search.upper(),
                Case.applicant_name.startswith(search, autoescape=True),
            ),
        )
    return condition
