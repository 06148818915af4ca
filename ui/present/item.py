"""Item: which matter is it? A list, narrowed by the initials of the pinyin or by English words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from config.schema import ServiceItem
from kiosk.events import ItemChosen, QueryChanged
from kiosk.session import Session
from ui.icons import item_icon
from ui.present.frame import frame
from ui.present.keys import typed
from ui.present.parts import Choice, Context, Frame, Row

MAX_QUERY = 12


@dataclass(frozen=True)
class ItemView:
    frame: Frame
    query: str
    query_hint: str
    rows: tuple[Row, ...]
    none_found: str  # "" while something was found
    key_words: Mapping[str, str]
    pager: tuple[str, str, str]
    key: str = "item"


def item(session: Session, context: Context) -> ItemView:
    found = context.catalogue.search_items(session.query)
    return ItemView(
        frame=frame(session, context, "item", context.t("item.title"), hint=context.t("item.hint"), waits=True),
        query=session.query,
        query_hint=context.t("item.query_hint"),
        rows=tuple(_row(found_item, context) for found_item in found),
        none_found="" if found else context.t("item.none", phone=context.centre.phone),
        key_words=key_words(context),
        pager=pager(session, context),
    )


def with_key(query: str, key: str) -> QueryChanged:
    """What a key of the search keyboard asks for."""
    return QueryChanged(typed(query, key, max_length=MAX_QUERY))


def pager(session: Session, context: Context) -> tuple[str, str, str]:
    """Words of a list's pager."""
    position = context.t(
        "common.page_short" if session.modes.large_text else "common.page_of", page="{page}", pages="{pages}"
    )
    return (context.t("common.page_previous"), context.t("common.page_next"), position)


def key_words(context: Context) -> Mapping[str, str]:
    """Words of the named keys."""
    return {name: context.t(f"common.key.{name}") for name in ("delete", "clear", "space")}


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
