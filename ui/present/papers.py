"""Papers: one material after another under the camera."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk import materials
from kiosk.dossier import Material, Page
from kiosk.events import (
    CaptureTapped,
    MaterialAbsent,
    MaterialFinished,
    PageKept,
    PageMoved,
    PageRemoved,
    PageRetaken,
)
from kiosk.session import Judging, Session, Watching
from ui.present.frame import frame
from ui.present.parts import Choice, Context, Frame, Local, Notice, Tone

_CHECKS = (
    ("sharp", ("blurred", "hold_still", "too_far")),
    ("light", ("too_dark", "too_bright", "glare")),
    ("edges", ("cut_off", "cut_left", "cut_right", "cut_top", "cut_bottom")),
)
"""State chip -> codes of `kiosk.scanning.verdicts` that speak against it."""


_NOTHING_SEEN = ("", "no_page", "no_page_long", "same_page")


@dataclass(frozen=True)
class PapersView:
    """The camera looks. `thumbnails` are pages taken, the last one empty: the page being taken."""

    frame: Frame
    checks: tuple[Notice, ...]
    thumbnails: tuple[tuple[Choice, bytes], ...] = field(repr=False)
    steady: float
    full_note: tuple[Notice, ...]
    last_page: bytes = field(repr=False)  # b"" while the camera looks
    key: str = ""


@dataclass(frozen=True)
class JudgedView:
    """A page with faults: take it again, or keep it."""

    frame: Frame
    jpeg: bytes = field(repr=False)
    faults: tuple[Notice, ...]
    key: str = "papers.judged"


@dataclass(frozen=True)
class PageView:
    """One page taken, looked at closely, and what can be done with it."""

    frame: Frame
    jpeg: bytes = field(repr=False)
    actions: tuple[Choice, ...]
    key: str = "page"


def papers(session: Session, context: Context) -> PapersView | JudgedView:
    material = materials.current(session)
    assert material is not None  # the step is done when there is none
    if isinstance(session.activity, Judging):
        return _judged(session, context, session.activity.page)
    return _watching(session, context, material)


def _watching(session: Session, context: Context, material: Material) -> PapersView:
    name = material.requirement.name(context.language)
    guidance = session.activity.guidance if isinstance(session.activity, Watching) else ""
    steady = session.activity.steady if isinstance(session.activity, Watching) else 0.0
    is_full = materials.is_full(material) and session.retaking is None
    finish = context.choice("papers.finish", "papers.finish", MaterialFinished(), icon="done_all")
    secondary: Choice | None = None
    if material.pages and not is_full:
        secondary = finish
    elif not material.pages and not material.requirement.required:
        secondary = context.choice("papers.absent", "papers.absent", MaterialAbsent())
    capture = context.choice("papers.capture", "papers.capture", CaptureTapped(), icon="photo_camera")
    place = session.dossier.materials.index(material) + 1
    hint = context.t("papers.place", place=place, count=len(session.dossier.materials))
    if not is_full:
        hint = context.t("papers.hint", place=hint, hint=_hint(context, guidance, material))
    return PapersView(
        frame=frame(
            session,
            context,
            "papers",
            _title(context, guidance, name, is_full, len(material.pages)),
            hint=hint,
            primary=finish if is_full else capture,
            secondary=secondary,
        ),
        checks=() if is_full else _checks(context, guidance),
        thumbnails=_thumbnails(session, context, material, is_full),
        steady=steady,
        last_page=material.pages[-1].jpeg if is_full else b"",
        full_note=(Notice(context.t("papers.full_note"), Tone.OK, "check_circle"),) if is_full else (),
        key=f"papers.{material.requirement.key}",
    )


def _title(context: Context, guidance: str, name: str, is_full: bool, pages: int) -> str:
    if is_full:
        return context.t("papers.full", name=name)
    if guidance in _NOTHING_SEEN:
        return context.t("papers.lay" if pages == 0 else "papers.lay_next", name=name)
    return context.t(f"guidance.{guidance}")


def _hint(context: Context, guidance: str, material: Material) -> str:
    if guidance in _NOTHING_SEEN[:2] and not material.pages:
        return material.requirement.hint(context.language)
    return context.t(f"guidance.{guidance or 'no_page'}_hint")


def _checks(context: Context, guidance: str) -> tuple[Notice, ...]:
    """Three chips. Before a page is seen nothing is judged."""
    if guidance in _NOTHING_SEEN:
        return tuple(Notice(context.t(f"papers.check.{name}"), Tone.CALM, "more_horiz") for name, _ in _CHECKS)
    return tuple(
        Notice(context.t(f"papers.check.{name}_bad"), Tone.WARN, "warning")
        if guidance in against
        else Notice(context.t(f"papers.check.{name}_good"), Tone.OK, "check_circle")
        for name, against in _CHECKS
    )


def _thumbnails(
    session: Session, context: Context, material: Material, is_full: bool
) -> tuple[tuple[Choice, bytes], ...]:
    taken = [
        (
            Choice(
                f"papers.page.{number}",
                context.t("papers.page", number=number),
                Local("page", str(page.page_id)),
                say=context.t("papers.page_say", number=number),
                chosen=page.page_id == session.retaking,
            ),
            page.thumbnail,
        )
        for number, page in enumerate(material.pages, start=1)
    ]
    if not is_full and session.retaking is None:
        taken.append((Choice("papers.page.next", context.t("papers.taking"), None, enabled=False, chosen=True), b""))
    return tuple(taken)


def _judged(session: Session, context: Context, page: Page) -> JudgedView:
    return JudgedView(
        frame=frame(
            session,
            context,
            "papers",
            context.t(f"guidance.{page.faults[0]}"),
            hint=context.t("papers.judged_hint"),
            primary=context.choice("papers.retake", "papers.retake", PageRetaken(None), icon="replay"),
            secondary=context.choice("papers.keep", "papers.keep", PageKept()),
        ),
        jpeg=page.jpeg,
        faults=tuple(Notice(context.t(f"guidance.{code}"), Tone.WARN, "warning") for code in page.faults),
    )


def opened_page(session: Session, context: Context) -> PageView | None:
    """The page that was touched in the strip, None when none is open or it has gone."""
    material = materials.current(session)
    wanted = context.local.get("page", "")
    pages = material.pages if material is not None else ()
    number = next((i for i, page in enumerate(pages, start=1) if str(page.page_id) == wanted), 0)
    if not number or pages[number - 1].page_id == session.retaking:
        return None
    page = pages[number - 1]
    return PageView(
        frame=Frame(
            title=context.t("papers.page_title", number=number, count=len(pages)),
            primary=context.choice("page.close", "papers.page_close", Local("page", ""), icon="check"),
        ),
        jpeg=page.jpeg,
        actions=(
            context.choice("page.retake", "papers.page_retake", PageRetaken(page.page_id), icon="replay"),
            context.choice("page.remove", "papers.page_remove", PageRemoved(page.page_id), icon="delete"),
            context.choice(
                "page.earlier",
                "papers.page_earlier",
                PageMoved(page.page_id, -1),
                icon="arrow_back",
                enabled=number > 1,
            ),
            context.choice(
                "page.later",
                "papers.page_later",
                PageMoved(page.page_id, 1),
                icon="arrow_forward",
                enabled=number < len(pages),
            ),
        ),
    )
