"""Whatever is tapped and told, in whichever order: the core does not fall over and never gets out of step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.protocols import (
    PrinterFault,
    PrintFailed,
    PrintProgress,
    PrintProven,
    PrintUnproven,
    ReadStage,
)
from kiosk import events as e
from kiosk.effects import CaptureNow, Wipe
from kiosk.problems import Answer, Problem
from kiosk.session import NO_WORK, Session, WorkKind
from kiosk.steps import current, path, step_of
from kiosk.visit import first
from paper.codes import ReceiptCode
from tests.kiosk.story import ANSWERS, FILING, SIGNATURE, Story, card, case, catalogue, page

ITEMS = (*sorted(catalogue().items), "no such item")
FIELDS = ("phone", "return_address", "delivery", "living_address", "no such field")
MATERIALS = ("residence", "photo", "no such material")

page_ids = st.integers(1, 6)
taps = st.one_of(
    st.sampled_from(
        (
            e.Woken(), e.LargeTextToggled(), e.ContrastToggled(), e.BackTapped(), e.StayTapped(), e.GuideRead(),
            e.GuidePrintTapped(), e.ConsentGiven(), e.AnswersConfirmed(), e.CaptureTapped(), e.PageKept(),
            e.MaterialFinished(), e.MaterialAbsent(), e.Reviewed(), e.Signed(SIGNATURE), e.ReprintTapped(),
            e.ReceiptSkipped(), e.UseCardTapped(), e.CaseChosen("C-1"), e.NoticePrintTapped("C-1"),
            e.EditTapped("item"), e.EditTapped("locality"), e.EditTapped("nonsense"),
        )
    ),
    st.just(e.FinishTapped()),
    st.builds(e.LanguageChosen, st.sampled_from(("zh-CN", "en", "xx"))),
    st.builds(e.JourneyChosen, st.sampled_from(("apply", "progress", "xx")), st.sampled_from(("", *ITEMS[:2]))),
    st.builds(e.ProblemAnswered, st.sampled_from((*Answer, "xx"))),
    st.builds(e.QueryChanged, st.text(max_size=3)),
    st.builds(e.ItemChosen, st.sampled_from(ITEMS)),
    st.builds(e.LocalityChosen, st.sampled_from(("changan", "xian", "xx"))),
    st.builds(e.AnswerGiven, st.sampled_from(FIELDS), st.sampled_from((*ANSWERS.values(), "", "x" * 99))),
    st.builds(e.EditTapped, st.sampled_from([f"field:{key}" for key in FIELDS])),
    st.builds(e.EditTapped, st.sampled_from([f"material:{key}" for key in MATERIALS])),
    st.builds(e.PageRetaken, st.none() | page_ids),
    st.builds(e.PageRemoved, page_ids),
    st.builds(e.PageMoved, page_ids, st.sampled_from((-1, 1))),
)  # fmt: skip
faults = st.sampled_from(PrinterFault)
news = st.one_of(
    st.builds(e.CardStage, st.sampled_from(ReadStage)),
    st.sampled_from(
        (e.CardRead(card(), "sam_card", "genuine"), e.CardRead(card(valid_to=date(2020, 1, 1)), "sam_card", "genuine"))
    ),
    st.builds(e.Guidance, st.sampled_from(("no_page", "no_page_long", "hold_still", "good")), st.just(0.5)),
    st.builds(lambda number, fault: e.PageJudged(page(number, *fault)), page_ids, st.sampled_from(((), ("glare",)))),
    st.sampled_from(
        (e.CodeSeen(ReceiptCode(FILING.filing_number, FILING.progress_code).encode()), e.CodeSeen("elsewhere"))
    ),
    st.just(e.Sealed(FILING)),
    st.builds(lambda found: e.PrintMoved(PrintProgress(1, 1, tuple(found))), st.lists(faults, max_size=2)),
    st.builds(
        e.PrintEnded,
        st.sampled_from(("receipt", "notice", "guide")),
        st.one_of(
            st.just(PrintProven(1, 1)),
            st.just(PrintUnproven(1, "")),
            st.builds(PrintFailed, faults, st.just(""), st.sampled_from((None, 1))),
        ),
    ),
    st.sampled_from(
        (
            e.ProgressTold(()),
            e.ProgressTold((case(),)),
            e.ProgressTold((case(notice_number="N-1"), case(case_number="C-2"))),
        )
    ),
    st.builds(e.Failed, st.sampled_from(Problem)),
)

Move = Callable[[Story], object]
KINDS: dict[str, st.SearchStrategy[Move]] = {
    "onward": st.just(Story.goes_on),
    "tap": taps.map(lambda tap: lambda story: story.does(tap)),
    "news": news.map(lambda told: lambda story: story.tells(told)),
    "late news": news.map(lambda told: lambda story: story.told_late(told, ticket=story.session.ticket - 1)),
    "wait": st.integers(1, 60).map(lambda seconds: lambda story: story.waits(seconds)),
    "leave": st.just(lambda story: story.does(e.LeaveTapped())),
}
# Weighted, so that many visits come far: most moves lead onward.
WEIGHTED = ["onward"] * 12 + ["tap"] * 6 + ["news"] * 4 + ["late news", "wait"]
moves: st.SearchStrategy[Move] = st.sampled_from([*WEIGHTED, "leave"]).flatmap(KINDS.__getitem__)


class WatchedStory(Story):
    """Looks after every single event whether all is in step."""

    def _send(self, event: e.Event) -> None:
        before = self.session
        super()._send(event)
        self._look(before)

    def _look(self, before: Session) -> None:
        session = self.session
        step = step_of(session)
        assert current(session) in ("attract", "home", *path(session))
        assert session.problem is not None or session.work == step.work(session), "what the step wants is being done"
        assert (Wipe() in self.last) == (session.number != before.number)
        if session.number != before.number:
            assert session == first(number=before.number + 1, now_s=session.now_s), "a wipe leaves an empty session"
        tickets = [
            effect.ticket for effect in self.last if hasattr(effect, "ticket") and not isinstance(effect, CaptureNow)
        ]
        assert all(ticket > before.ticket for ticket in tickets)
        if session.dossier.filing is not None:
            assert session.dossier.identity is None
            assert session.dossier.signature is None
            assert session.dossier.answers == ()
        for material in session.dossier.materials:
            ids = [one.page_id for one in material.pages]
            assert len(ids) == len(set(ids)) <= material.requirement.max_pages
            assert not (material.absent and material.requirement.required and before.dossier.filing is None) or (
                session.dossier.filing is not None
            )
        if session.work.kind is WorkKind.SEAL:
            dossier = session.dossier
            assert dossier.identity is not None
            assert dossier.consent_at is not None
            assert dossier.signature is not None
            assert all(one.finished and (one.pages or one.absent) for one in dossier.materials)
        if not session.awake:
            assert session.work == NO_WORK


@settings(max_examples=150, deadline=None)
@given(st.lists(moves, min_size=15, max_size=60))
def test_any_order_of_events(story_moves: list[Move]) -> None:
    story = WatchedStory()
    for move in story_moves:
        move(story)


@settings(max_examples=60, deadline=None)
@given(st.lists(moves, min_size=5, max_size=25), st.sampled_from(("papers", "review", "receipt", "notice")))
def test_any_order_of_events_late_in_a_visit(story_moves: list[Move], start: str) -> None:
    story = WatchedStory()
    story.comes_to(start)
    for move in story_moves:
        move(story)


@settings(max_examples=60, deadline=None)
@given(st.lists(moves, min_size=8, max_size=30))
def test_the_same_events_make_the_same_session(story_moves: list[Move]) -> None:
    """Pure: nothing is remembered beside the session."""
    one, other = Story(), Story()
    for move in story_moves:
        move(one)
        move(other)
    assert one.session == other.session
    assert one.effects == other.effects


@settings(max_examples=60, deadline=None)
@given(st.lists(moves, min_size=8, max_size=40))
def test_a_visit_nobody_touches_ends_by_itself(story_moves: list[Move]) -> None:
    """Unless the machine itself is at work, which its lanes end."""
    story = Story()
    for move in story_moves:
        move(story)
    busy = (WorkKind.SEAL, WorkKind.GUIDE, WorkKind.RECEIPT, WorkKind.NOTICE)
    if story.session.work.kind not in busy:
        story.waits(2 * (120 + 45) + 1).screen("attract")
