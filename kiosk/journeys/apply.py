"""Journey `apply`, 异地代收代办: hand in any item at any centre. The order of the steps stands at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from config.schema import Competence
from drivers.protocols import PrintFailed, PrintProven
from kiosk import form, materials
from kiosk.dossier import Dossier, Material, Page
from kiosk.events import (
    AnswerGiven,
    AnswersConfirmed,
    CardRead,
    ConsentGiven,
    EditTapped,
    Failed,
    FinishTapped,
    GuidePrintTapped,
    GuideRead,
    ItemChosen,
    LocalityChosen,
    MaterialAbsent,
    MaterialFinished,
    PageJudged,
    PageKept,
    PageMoved,
    PageRemoved,
    PageRetaken,
    PrintEnded,
    ProgressTold,
    QueryChanged,
    ReceiptSkipped,
    ReprintTapped,
    Reviewed,
    Sealed,
    Signed,
)
from kiosk.journeys.card import read_card
from kiosk.journeys.choice import choose_item
from kiosk.journeys.printing import printed, wished
from kiosk.problems import Problem
from kiosk.session import NO_WORK, Judging, Resting, Session, Work, WorkKind, tracing_of
from kiosk.step import Context, Journey, Step, StepId
from kiosk.visit import ended, failed, given

NOTICE_AGAIN_S = 5.0
"""So often the city is asked whether the window has passed the dossier while the citizen waits."""


# --- item, locality, guide, consent -----------------------------------------------------------------------------


def _choose_item(session: Session, event: ItemChosen, context: Context) -> Session:
    return choose_item(session, event.code, context)


def _search(session: Session, event: QueryChanged, _context: Context) -> Session:
    return session.with_(query=event.text)


def _drop_item(session: Session) -> Session:
    return session.with_(dossier=session.dossier.with_(item=None, locality=None, materials=(), answers=()))


def _choose_locality(session: Session, event: LocalityChosen, context: Context) -> Session:
    locality = context.catalogue.localities.get(event.key)
    if locality is None or locality is context.catalogue.city:
        return session
    return session.with_(query="", dossier=session.dossier.with_(locality=locality))


def _is_locality_chosen_by_citizen(session: Session) -> bool:
    item = session.dossier.item
    return item is None or item.competence is Competence.LOCALITY


def _read_guide(session: Session, _event: GuideRead, _context: Context) -> Session:
    """An item that law binds to presence is explained and goes no further (R23)."""
    item = session.dossier.item
    if item is None or item.presence_required:
        return session
    return session.with_(wish=NO_WORK, dossier=session.dossier.with_(guide_read=True))


def _wish_guide(session: Session, _event: GuidePrintTapped, _context: Context) -> Session:
    return session.with_(wish=Work(WorkKind.GUIDE))


def _consent(session: Session, _event: ConsentGiven, context: Context) -> Session:
    return session.with_(dossier=session.dossier.with_(consent_at=context.wall))


# --- form -------------------------------------------------------------------------------------------------------


def _answer(session: Session, event: AnswerGiven, context: Context) -> Session:
    dossier = session.dossier
    if dossier.item is None:
        return session
    fields = context.catalogue.fields(dossier.item)
    field = next((row for row in form.asked(fields, dossier) if row.key == event.field), None)
    if field is None:
        return session
    value = form.tidy(event.value)
    if fault := form.fault(field, value):
        return session.with_(field_key=field.key, field_fault=fault)
    answers = {**dict(dossier.answers), field.key: value}
    return session.with_(
        field_key="",
        field_fault="",
        dossier=dossier.with_(
            answers=tuple((row.key, answers[row.key]) for row in fields if row.key in answers),
            answers_confirmed=session.before_edit is not None,
        ),
    )


def _confirm_answers(session: Session, _event: AnswersConfirmed, context: Context) -> Session:
    dossier = session.dossier
    if dossier.item is None:
        return session
    fields = context.catalogue.fields(dossier.item)
    if form.first_open(fields, dossier) is not None:
        return session
    answers = {**dict(dossier.answers), **dict(form.proven_answers(fields, dossier))}
    return session.with_(
        field_key="",
        field_fault="",
        dossier=dossier.with_(answers=tuple((row.key, answers[row.key]) for row in fields), answers_confirmed=True),
    )


def _to_field_before(session: Session, context: Context) -> Session | None:
    """The answers stay: the field before is shown with what stands in it."""
    dossier = session.dossier
    if dossier.item is None:
        return None
    keys = [field.key for field in form.asked(context.catalogue.fields(dossier.item), dossier)]
    shown = form.current(session, context.catalogue)
    place = keys.index(shown.key) if shown is not None else len(keys)
    return session.with_(field_key=keys[place - 1], field_fault="") if place > 0 else None


def _open_answers(session: Session) -> Session:
    return session.with_(dossier=session.dossier.with_(answers_confirmed=False))


# --- papers -----------------------------------------------------------------------------------------------------


def _watches_page(session: Session) -> Work:
    material = materials.current(session)
    if material is None or isinstance(session.activity, Judging):
        return NO_WORK
    if materials.is_full(material) and session.retaking is None:
        return NO_WORK
    return Work(WorkKind.PAGE, f"{material.requirement.key}:{session.retaking or 'next'}")


def _judge(session: Session, event: PageJudged, _context: Context) -> Session:
    page = replace(event.page, page_id=session.next_page_id)
    seen = session.with_(work=NO_WORK, take_again=False, next_page_id=session.next_page_id + 1)
    return seen.with_(activity=Judging(page)) if page.faults else _with_page(seen, page)


def _keep(session: Session, _event: PageKept, _context: Context) -> Session:
    if not isinstance(session.activity, Judging):
        return session
    return _with_page(session, session.activity.page)


def _with_page(session: Session, page: Page) -> Session:
    material = materials.current(session)
    if material is None:
        return session
    changed = materials.with_page(material, page, in_place_of=session.retaking)
    return _changed(session.with_(activity=Resting(), retaking=None), changed)


def _retake(session: Session, event: PageRetaken, _context: Context) -> Session:
    """A page with a fault is taken again by itself as soon as it has been moved. Of the good ones only the newest may
    be taken once more as it lies: a sheet that still lies there must not take the place of an older page."""
    if event.page_id is None:
        return session.with_(activity=Resting()) if isinstance(session.activity, Judging) else session
    material = materials.current(session)
    if material is None or not materials.has_page(material, event.page_id):
        return session
    is_newest = event.page_id == session.next_page_id - 1
    return session.with_(activity=Resting(), retaking=event.page_id, take_again=is_newest)


def _remove(session: Session, event: PageRemoved, _context: Context) -> Session:
    material = materials.current(session)
    if material is None:
        return session
    retaking = None if session.retaking == event.page_id else session.retaking
    return _changed(session.with_(retaking=retaking), materials.without_page(material, event.page_id))


def _move(session: Session, event: PageMoved, _context: Context) -> Session:
    material = materials.current(session)
    if material is None:
        return session
    return _changed(session, materials.with_page_moved(material, event.page_id, event.by))


def _finish_material(session: Session, _event: MaterialFinished, _context: Context) -> Session:
    material = materials.current(session)
    if material is None or not material.pages or isinstance(session.activity, Judging):
        return session
    return _settled(session, replace(material, finished=True))


def _lack_material(session: Session, _event: MaterialAbsent, _context: Context) -> Session:
    material = materials.current(session)
    if material is None or material.requirement.required:
        return session
    return _settled(session, Material(material.requirement, finished=True, absent=True))


def _settled(session: Session, material: Material) -> Session:
    return _changed(session.with_(activity=Resting(), material_key="", retaking=None), material)


def _changed(session: Session, material: Material) -> Session:
    return session.with_(dossier=materials.with_material(session.dossier, material))


def _to_material_before(session: Session, _context: Context) -> Session | None:
    if isinstance(session.activity, Judging) or session.retaking is not None:
        return session.with_(activity=Resting(), retaking=None)
    material = materials.current(session)
    place = session.dossier.materials.index(material) if material is not None else 0
    return _unfinished(session, session.dossier.materials[place - 1]) if place > 0 else None


def _open_last_material(session: Session) -> Session:
    return _unfinished(session, session.dossier.materials[-1]) if session.dossier.materials else session


def _unfinished(session: Session, material: Material) -> Session:
    return _changed(session, replace(material, finished=False, absent=False))


# --- review, signature, submission --------------------------------------------------------------------------------


def _review(session: Session, _event: Reviewed, _context: Context) -> Session:
    return session.with_(dossier=session.dossier.with_(reviewed=True))


def _edit(session: Session, event: EditTapped, context: Context) -> Session:
    """One thing is opened again; everything else stays done, so that the path leads back to the review."""
    dossier = session.dossier
    editing = session.with_(before_edit=dossier)
    match event.target.partition(":"):
        case ("item", _, _):
            return editing.with_(dossier=dossier.with_(item=None))
        case ("locality", _, _) if _is_locality_chosen_by_citizen(session):
            return editing.with_(dossier=dossier.with_(locality=None))
        case ("field", _, key) if dossier.item is not None and any(
            field.key == key for field in form.asked(context.catalogue.fields(dossier.item), dossier)
        ):
            return editing.with_(field_key=key, dossier=dossier.with_(answers_confirmed=False))
        case ("material", _, key) if (material := materials.named(dossier, key)) is not None:
            return _unfinished(editing.with_(material_key=key), material)
    return session


def _sign(session: Session, event: Signed, _context: Context) -> Session:
    """A signature is at least one line."""
    if not any(len(stroke) > 1 for stroke in event.signature.strokes):
        return session
    return session.with_(dossier=session.dossier.with_(signature=event.signature))


def _stay_while_sealing(session: Session, _context: Context) -> Session | None:
    return session if session.work.kind is WorkKind.SEAL else None


def _sealed(session: Session, event: Sealed, _context: Context) -> Session:
    """From here on nobody at the kiosk needs to know who the citizen is: forget it before the visit ends."""
    dossier = session.dossier
    return session.with_(
        work=NO_WORK,
        dossier=Dossier(
            item=dossier.item,
            locality=dossier.locality,
            materials=materials.counted(dossier.item, dict(materials.page_counts(dossier))),
            filing=event.filing,
        ),
        tracing=tracing_of(event.filing),
    )


def _is_before_filing(session: Session) -> bool:
    return session.dossier.filing is None


# --- receipt and notice -------------------------------------------------------------------------------------------


def _receipt_ended(session: Session, event: PrintEnded, _context: Context) -> Session:
    """No print is believed until proven, and never a second original (R52): a job that reached the printer may have
    left paper, so the next one is a numbered copy."""
    if isinstance(event.outcome, PrintProven):
        state = "proven"
    elif isinstance(event.outcome, PrintFailed):
        state = "failed"
    else:
        state = "unproven"
    maybe_out = not isinstance(event.outcome, PrintFailed) or event.outcome.job is not None
    return printed(session, event).with_(
        dossier=session.dossier.with_(receipt=state),
        copies=session.copies + maybe_out,
    )


def _go_on_without_receipt(session: Session, _event: ReceiptSkipped, _context: Context) -> Session:
    return session.with_(dossier=session.dossier.with_(receipt="later"))


def _prints_receipt(session: Session) -> Work:
    return Work(WorkKind.RECEIPT, str(session.copies))


def _wish_copy(session: Session, _event: ReprintTapped, _context: Context) -> Session:
    return session.with_(wish=_prints_receipt(session))


def _waits_for_notice(session: Session) -> Work:
    if session.wish != NO_WORK:
        return session.wish
    is_settled = session.notice in ("printed", "later")
    return NO_WORK if is_settled or session.now_s < session.again_at_s else Work(WorkKind.ASK, "notice")


def _told_while_waiting(session: Session, event: ProgressTold, _context: Context) -> Session:
    """The notice is printed as soon as the window has passed the dossier: the title of the screen says so."""
    number = session.tracing.filing_number
    case = next((row for row in event.cases if row.filing_number == number), None)
    told = _asks_again(session, "sending" if case is None else "waiting")
    told = told.with_(tracing=replace(session.tracing, cases=event.cases))
    if case is None:
        return told
    if case.notice_number:
        return told.with_(wish=Work(WorkKind.NOTICE, case.case_number))
    return told.with_(notice="supplement") if case.supplement else told


def _failed_while_waiting(session: Session, event: Failed, _context: Context) -> Session:
    """The receipt is in the citizen's hand; a city that does not answer is not a problem of this visit."""
    if session.work.kind is WorkKind.ASK or event.problem in _NEWS_WHILE_WAITING:
        return _asks_again(session, _NEWS_WHILE_WAITING.get(event.problem, "unreachable"))
    return failed(session, event.problem)


_NEWS_WHILE_WAITING: Mapping[Problem, str] = MappingProxyType(
    {
        Problem.CITY_UNREACHABLE: "unreachable",
        Problem.CODE_UNKNOWN: "sending",  # the packet is still on its way
        Problem.NOTICE_NOT_READY: "waiting",
    }
)


def _asks_again(session: Session, notice: str) -> Session:
    return session.with_(work=NO_WORK, wish=NO_WORK, notice=notice, again_at_s=session.now_s + NOTICE_AGAIN_S)


def _printed_while_waiting(session: Session, event: PrintEnded, context: Context) -> Session:
    if event.what == "receipt":
        return _receipt_ended(session, event, context)
    after = printed(session, event)
    return after.with_(notice="printed") if isinstance(event.outcome, PrintProven) else after


def _finish(session: Session, _event: FinishTapped, context: Context) -> Session:
    """The last screen says what to take along and closes by itself after the time to answer."""
    left = session.with_(wish=NO_WORK, dossier=session.dossier.with_(finished=True))
    return given(left, context.idle_answer_s)


def _end(session: Session, _event: FinishTapped, _context: Context) -> Session:
    return ended(session)


CARD = Step(
    StepId.CARD,
    applies=_is_before_filing,
    is_done=lambda session: session.dossier.identity is not None,
    drop=lambda session: session.with_(dossier=session.dossier.with_(identity=None)),
    work=lambda _session: Work(WorkKind.CARD),
    on=MappingProxyType({CardRead: read_card}),
)
ITEM = Step(
    StepId.ITEM,
    applies=_is_before_filing,
    is_done=lambda session: session.dossier.item is not None,
    drop=_drop_item,
    on=MappingProxyType({ItemChosen: _choose_item, QueryChanged: _search}),
)
LOCALITY = Step(
    StepId.LOCALITY,
    applies=lambda session: _is_before_filing(session) and _is_locality_chosen_by_citizen(session),
    is_done=lambda session: session.dossier.locality is not None,
    drop=lambda session: session.with_(dossier=session.dossier.with_(locality=None)),
    on=MappingProxyType({LocalityChosen: _choose_locality, QueryChanged: _search}),
)
GUIDE = Step(
    StepId.GUIDE,
    applies=_is_before_filing,
    is_done=lambda session: session.dossier.guide_read,
    drop=lambda session: session.with_(dossier=session.dossier.with_(guide_read=False)),
    work=wished,
    on=MappingProxyType({GuideRead: _read_guide, GuidePrintTapped: _wish_guide}),
)
CONSENT = Step(
    StepId.CONSENT,
    applies=_is_before_filing,
    is_done=lambda session: session.dossier.consent_at is not None,
    drop=lambda session: session.with_(dossier=session.dossier.with_(consent_at=None)),
    on=MappingProxyType({ConsentGiven: _consent}),
)
FORM = Step(
    StepId.FORM,
    applies=_is_before_filing,
    is_done=lambda session: session.dossier.answers_confirmed,
    drop=_open_answers,
    back=_to_field_before,
    on=MappingProxyType({AnswerGiven: _answer, AnswersConfirmed: _confirm_answers}),
)
PAPERS = Step(
    StepId.PAPERS,
    applies=lambda session: (
        _is_before_filing(session) and (session.dossier.item is None or bool(session.dossier.materials))
    ),
    is_done=lambda session: materials.first_open(session.dossier) is None,
    drop=_open_last_material,
    back=_to_material_before,
    work=_watches_page,
    on=MappingProxyType(
        {
            PageJudged: _judge,
            PageKept: _keep,
            PageRetaken: _retake,
            PageRemoved: _remove,
            PageMoved: _move,
            MaterialFinished: _finish_material,
            MaterialAbsent: _lack_material,
        }
    ),
)
REVIEW = Step(
    StepId.REVIEW,
    applies=_is_before_filing,
    is_done=lambda session: session.dossier.reviewed,
    drop=lambda session: session.with_(dossier=session.dossier.with_(reviewed=False)),
    on=MappingProxyType({Reviewed: _review, EditTapped: _edit}),
)
SIGN = Step(
    StepId.SIGN,
    applies=_is_before_filing,
    is_done=lambda session: session.dossier.signature is not None,
    drop=lambda session: session.with_(dossier=session.dossier.with_(signature=None)),
    on=MappingProxyType({Signed: _sign}),
)
SUBMIT = Step(
    StepId.SUBMIT,
    applies=_is_before_filing,
    is_done=lambda session: session.dossier.filing is not None,
    back=_stay_while_sealing,
    work=lambda _session: Work(WorkKind.SEAL),
    on=MappingProxyType({Sealed: _sealed}),
)
RECEIPT = Step(
    StepId.RECEIPT,
    is_done=lambda session: session.dossier.receipt in ("proven", "later"),
    work=_prints_receipt,
    on=MappingProxyType({PrintEnded: _receipt_ended, ReceiptSkipped: _go_on_without_receipt}),
)
NOTICE = Step(
    StepId.NOTICE,
    is_done=lambda session: session.dossier.finished,
    work=_waits_for_notice,
    on=MappingProxyType(
        {
            ProgressTold: _told_while_waiting,
            Failed: _failed_while_waiting,
            PrintEnded: _printed_while_waiting,
            ReprintTapped: _wish_copy,
            FinishTapped: _finish,
        }
    ),
)
DONE = Step(StepId.DONE, is_done=lambda _session: False, on=MappingProxyType({FinishTapped: _end}))

APPLY: Journey = (
    CARD, ITEM, LOCALITY, GUIDE, CONSENT, FORM, PAPERS, REVIEW, SIGN, SUBMIT, RECEIPT, NOTICE, DONE,
)  # fmt: skip
