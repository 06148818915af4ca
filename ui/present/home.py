"""Home: what would you like to do?"""

from __future__ import annotations

from dataclasses import dataclass

from config.schema import Mode
from kiosk.events import ContrastToggled, JourneyChosen, LanguageChosen, LargeTextToggled, ReprintTapped
from kiosk.session import Session
from ui.icons import item_icon
from ui.present.attract import clock, date
from ui.present.parts import Choice, Context, Frame, Local

OFTEN_USED = 4
"""Items that have a tile of their own."""


@dataclass(frozen=True)
class HomeView:
    frame: Frame
    service: str
    centre: str
    clock: str
    date: str
    banner: Choice
    tiles: tuple[Choice, ...]
    tools: tuple[Choice, ...]
    key: str = "home"


def home(session: Session, context: Context) -> HomeView:
    items = context.catalogue.items
    here = sorted(
        code for code, item in items.items() if item.mode is Mode.COLLECTED_ON_BEHALF and not item.presence_required
    )
    often = tuple(items[code] for code in here[:: max(1, len(here) // OFTEN_USED)][:OFTEN_USED])
    tiles = tuple(
        Choice(
            f"home.item.{item.code}",
            item.name(context.language),
            JourneyChosen("apply", item.code),
            icon=item_icon(item.icon),
            hint=context.t("home.bring", count=len(item.materials)),
        )
        for item in often
    )
    if session.found is not None:  # before everything else: somebody stands here without a receipt
        number = session.found.filing.filing_number
        tiles = (
            context.choice("home.reprint", "home.reprint", ReprintTapped(), icon="print", number=number),
            *tiles[1:],
        )
    count = len(context.catalogue.items)
    return HomeView(
        frame=Frame(
            title=context.t("home.title"), hint="" if session.modes.large_text else context.t("home.hint"), waits=True
        ),
        service=context.t("common.service"),
        centre=context.centre.name(context.language),
        clock=clock(context),
        date=date(context),
        banner=context.choice("home.apply", "home.card", JourneyChosen("apply"), icon="contactless"),
        tiles=(
            *tiles,
            context.choice("home.progress", "home.progress", JourneyChosen("progress"), icon="fact_check"),
            context.choice("home.all", "home.all", JourneyChosen("apply"), icon="apps", count=count),
        ),
        tools=reading_tools(session, context, prefix="home.tool"),
    )


def reading_tools(session: Session, context: Context, *, prefix: str, with_help: bool = True) -> tuple[Choice, ...]:
    """Larger text, contrast, the other language, help."""
    other = "en" if session.modes.language != "en" else "zh-CN"
    tools = (
        context.choice(
            f"{prefix}.large",
            "common.tool.large",
            LargeTextToggled(),
            icon="text_increase",
            chosen=session.modes.large_text,
        ),
        context.choice(
            f"{prefix}.contrast",
            "common.tool.contrast",
            ContrastToggled(),
            icon="contrast",
            chosen=session.modes.high_contrast,
        ),
        context.choice(f"{prefix}.language", "common.tool.language", LanguageChosen(other), icon="language"),
    )
    if not with_help:
        return tools
    help_ = context.choice(f"{prefix}.help", "common.tool.help", Local("overlay", "help"), icon="support_agent")
    return (*tools, help_)
