"""The frame of a step: header, named steps, title, bottom row."""

from __future__ import annotations

from kiosk.events import BackTapped, LargeTextToggled
from kiosk.session import Session
from ui.present.parts import Choice, Context, Frame, Local, Mark, StepMark

STAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("identity", ("card",)),
    ("item", ("item", "locality", "guide", "consent")),
    ("details", ("form",)),
    ("papers", ("papers",)),
    ("sign", ("review", "sign", "submit")),
)
"""Stage of a filing as the citizen is told it -> steps of the journey."""

AFTER = ("receipt", "notice", "done")


def frame(
    session: Session,
    context: Context,
    step: str,
    title: str,
    *,
    hint: str = "",
    hint_needed: bool = False,
    subject: str | None = None,
    back: bool = True,
    primary: Choice | None = None,
    secondary: Choice | None = None,
    waits: bool = False,
) -> Frame:
    """`title` and `hint` are ready words. The subject defaults to the item's name, or the journey's."""
    return Frame(
        title=title,
        hint=hint if hint_needed or not session.modes.large_text else "",
        hint_needed=hint_needed,
        subject=_subject(session, context) if subject is None else subject,
        back=context.choice("back", "common.back", BackTapped(), icon="arrow_back") if back else None,
        tools=tools(session, context),
        steps=stages(context, step) if session.journey == "apply" else (),
        primary=primary,
        secondary=secondary,
        waits=waits,
    )


def tools(session: Session, context: Context) -> tuple[Choice, ...]:
    """The two controls that stand at the top right of every step."""
    return (
        context.choice(
            "tool.large",
            "common.tool.large",
            LargeTextToggled(),
            icon="text_increase",
            chosen=session.modes.large_text,
        ),
        context.choice("tool.help", "common.tool.help", Local("overlay", "help"), icon="support_agent"),
    )


def stages(context: Context, step: str) -> tuple[StepMark, ...]:
    here = next((i for i, (_, steps) in enumerate(STAGES) if step in steps), len(STAGES))
    return tuple(
        StepMark(
            context.t(f"apply.stage.{name}"),
            Mark.DONE if i < here else Mark.NOW if i == here else Mark.NEXT,
        )
        for i, (name, _) in enumerate(STAGES)
    )


def _subject(session: Session, context: Context) -> str:
    item = session.dossier.item
    if item is not None:
        return item.name(context.language)
    return context.t(f"common.journey.{session.journey}") if session.journey else ""
