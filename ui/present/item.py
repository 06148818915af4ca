"""Item: which matter is it? A list, narrowed by what is typed: Chinese, pinyin, its initials, or English words."""

from __future__ import annotations

from dataclasses import dataclass, field

from config.schema import ServiceItem
from kiosk.events import ItemChosen, QueryChanged
from kiosk.session import Session
from ui.icons import item_icon
from ui.present.composing import Entry, Typing, entry_of, typing
from ui.present.frame import frame
from ui.present.parts import Choice, Context, Frame, Row

MAX_QUERY = 24
"""Of the settled text; the longest word of the catalogue has fewer characters."""


@dataclass(frozen=True)
class ItemView:
    frame: Frame
    query: str = field(repr=False)  # settled; letters being composed stand behind it
    typing: Typing
    query_hint: str
    rows: tuple[Row, ...]
    none_found: str  # "" while something was found
    pager: tuple[str, str, str]
    key: str = "item"


def item(session: Session, context: Context) -> ItemView:
    found = context.catalogue.search_items(session.query)
    entry = entry_of(context, session.query)
    return ItemView(
        frame=frame(session, context, "item", context.t("item.title"), hint=context.t("item.hint"), waits=True),
        query=entry.text,
        typing=typing(entry, context, prefix="search", max_length=MAX_QUERY),
        query_hint=context.t("item.query_hint"),
        rows=tuple(_row(found_item, context) for found_item in found),
        none_found="" if found else context.t("item.none", phone=context.centre.phone),
        pager=pager(session, context),
    )


def query_of(entry: Entry) -> QueryChanged:
    """What an entry asks for: letters that are no words yet are searched as a part of their own, as pinyin."""
    return QueryChanged(f"{entry.text} {entry.letters}" if entry.text and entry.letters else entry.text + entry.letters)


def pager(session: Session, context: Context) -> tuple[str, str, str]:
    """Words of a list's pager."""
    position = context.t(
        "common.page_short" if session.modes.large_text else "common.page_of", page="{page}", pages="{pages}"
    )
    return (context.t("common.page_previous"), context.t("common.page_next"), position)


def _row(found: ServiceItem, context: Context) -> Row:
    name = found.name(context.language)
    department = found.department(context.language)
    days = context.t("item.days", days=found.promised_days)
    identifier = f"item.row.{found.code}"
    return Row(
        identifier,
        name,
        f"{department} · {days}",
        icon=item_icon(found.icon),
        choice=Choice(identifier, name, ItemChosen(found.code), hint=department),
    )
