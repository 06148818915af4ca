"""What the templates show, made ready: no template asks a database, counts a day or decides anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from city import words
from city.calendar import WorkingCalendar
from city.cases import application_of, facts_of
from city.clock import BEIJING, legal_day
from city.rules import Act, Carrier, Channel, Decision, DeliveryWay, Outcome, Role, State, offered
from city.staff.acts import BY_ACT, ActPage
from city.storage.intake import Quarantined
from city.storage.models import Case, Event, Material
from config.schema import CatalogueData
from packet.application import Application


@dataclass(frozen=True)
class Due:
    """A day and how near it is; `look` is `ok`, `warn`, `bad` or `calm`."""

    day: str
    left: str
    look: str


@dataclass(frozen=True)
class Row:
    number: str
    item: str
    applicant: str
    state: str
    look: str
    window: str
    receiving: str
    received: str
    due: Due | None


@dataclass(frozen=True)
class SealedRow:
    """A packet that could not be opened. Nobody can say whose it is: that lies sealed inside."""

    packet_id: str
    filing_number: str
    kiosk: str
    received: str
    reason: str
    remedy: str


@dataclass(frozen=True)
class PageView:
    page_id: int
    label: str
    verdicts: str
    ratio: str  # width / height, so that the thumbnail keeps its place before it has come


@dataclass(frozen=True)
class MaterialView:
    key: str
    name: str
    original: bool
    grade: str
    grade_words: str
    pages: tuple[PageView, ...]


@dataclass(frozen=True)
class Fact:
    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Moment:
    """One entry of the timeline."""

    at: str
    what: str
    who: str
    details: tuple[Fact, ...]


@dataclass(frozen=True)
class Step:
    """One of the five stations of a case: `done`, `now`, `later` or, before a return, `skipped`."""

    name: str
    state: str


@dataclass(frozen=True)
class Choice:
    """An act on offer. `is_main` = the one that carries the case forward; a page has at most one."""

    page: ActPage
    refusal: str
    is_main: bool


@dataclass(frozen=True)
class CaseView:
    number: str
    version: int
    item: str
    department: str
    applicant: str
    state: str
    look: str
    window: str
    due: Due | None
    warning: str
    steps: tuple[Step, ...]
    choices: tuple[Choice, ...]
    materials: tuple[MaterialView, ...]
    dates: tuple[Fact, ...]
    person: tuple[Fact, ...]
    full_number: str
    has_signature: bool
    proof: tuple[Fact, ...]
    answers: tuple[Fact, ...]
    filing: tuple[Fact, ...]
    route_why: tuple[str, ...]
    timeline: tuple[Moment, ...]
    channel: str
    channel_words: str
    defects: tuple[Fact, ...]
    notice_number: str
    result_title: str
    wanted_delivery: str
    return_address: str
    phone: str
    parcel: str
    promised_days: int


def row(case: Case, catalogue: CatalogueData, calendar: WorkingCalendar, now: datetime) -> Row:
    return Row(
        number=case.number,
        item=case.item_name,
        applicant=case.applicant_name,
        state=words.STATES[case.state],
        look=words.STATE_LOOKS[case.state],
        window=_place(case.window, catalogue),
        receiving=_place(case.receiving_locality, catalogue),
        received=minute(case.received_at),
        due=_due(case.due_on, calendar, now),
    )


def sealed_row(packet: Quarantined) -> SealedRow:
    unknown = (packet.reason, "请平台运维查看平台日志")
    reason, remedy = words.QUARANTINE.get(packet.reason, unknown)
    return SealedRow(
        packet.packet_id, packet.filing_number, packet.device_id, minute(packet.received_at), reason, remedy
    )


def case_view(case: Case, catalogue: CatalogueData, calendar: WorkingCalendar, now: datetime, role: Role) -> CaseView:
    application = application_of(case)
    answers = dict(application.answers)
    return CaseView(
        number=case.number,
        version=case.version,
        item=case.item_name,
        department=case.department,
        applicant=case.applicant_name,
        state=words.STATES[case.state],
        look=words.STATE_LOOKS[case.state],
        window=_place(case.window, catalogue),
        due=_due(case.due_on, calendar, now),
        warning=_warning(case, calendar, now),
        steps=_steps(case),
        choices=_choices(case, role),
        materials=tuple(_material(material) for material in case.materials),
        dates=_dates(case, calendar, now),
        person=_person(application),
        full_number=application.applicant.number,
        has_signature=bool(case.signature_sha256),
        proof=_proof(application),
        answers=_answers(application, catalogue),
        filing=_filing(case, application, catalogue),
        route_why=tuple(case.route_why),
        timeline=tuple(_moment(event, case, catalogue) for event in reversed(case.events)),
        channel=case.channel.value,
        channel_words=words.CHANNELS[case.channel],
        defects=tuple(Fact(d.material_name, d.problem, d.remedy) for d in case.defects),
        notice_number=case.notice.number if case.notice else "",
        result_title=case.result.title if case.result else "",
        wanted_delivery=answers.get("delivery", ""),
        return_address=answers.get("return_address", ""),
        phone=answers.get("phone", ""),
        parcel=_parcel(case),
        promised_days=case.promised_days,
    )


def latest(case: Case, catalogue: CatalogueData) -> Moment:
    return _moment(case.events[-1], case, catalogue)


def day(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日 周{words.WEEKDAYS[value.weekday()]}"


def minute(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"


def _due(due_on: date | None, calendar: WorkingCalendar, now: datetime) -> Due | None:
    if due_on is None:
        return None
    left = calendar.left(legal_day(now), due_on)
    provisional = "（节假日安排未公布，暂定）" if calendar.is_provisional(legal_day(now), due_on) else ""
    if left < 0:
        return Due(day(due_on), f"已超 {-left} 个工作日", "bad")
    if legal_day(now) == due_on or left == 0:
        return Due(day(due_on), "今天到期", "bad")
    return Due(day(due_on), f"剩 {left} 个工作日{provisional}", "warn" if left <= 2 else "calm")


def _warning(case: Case, calendar: WorkingCalendar, now: datetime) -> str:
    late = legal_day(now) > case.notice_due_on
    if case.state is State.COLLECTED and case.defects_told_at is None and late:
        return (
            f"一次性告知的期限（{day(case.notice_due_on)}）已过。依照行政许可法第三十二条，"
            f"逾期不告知的，自收到申请材料之日（{day(legal_day(case.received_at))}）起即为受理。"
        )
    if case.state is State.ACCEPTED and case.promised_due_on and legal_day(now) > case.promised_due_on:
        assert case.legal_due_on is not None
        left = calendar.left(legal_day(now), case.legal_due_on)
        rest = f"距法定时限还有 {left} 个工作日" if left >= 0 else f"法定时限也已超过 {-left} 个工作日"
        return f"已超过承诺时限，{rest}。请督促审批部门。"
    return ""


_STATIONS: tuple[tuple[str, frozenset[State]], ...] = (
    ("会商审核", frozenset({State.COLLECTED, State.SUPPLEMENT_ASKED})),
    ("原件寄送", frozenset({State.REMOTE_PASSED, State.ORIGINALS_POSTED})),
    ("受理审批", frozenset({State.ACCEPTED})),
    ("送达", frozenset({State.DECIDED})),
    ("办结归档", frozenset({State.DELIVERED, State.RETURNED})),
)


def _steps(case: Case) -> tuple[Step, ...]:
    paper = any(material.original for material in case.materials)
    at = next(n for n, (_, states) in enumerate(_STATIONS) if case.state in states)
    closed = case.state is State.DELIVERED
    steps = []
    for n, (name, _) in enumerate(_STATIONS):
        name = "电子签收" if n == 1 and not paper else name
        name = "退件" if n == at and case.state is State.RETURNED else name
        reached = "done" if n < at or closed else "now" if n == at else "later"
        if case.state is State.RETURNED and n < at:
            reached = "done" if (n == 0 and case.passed_at) or (n == 1 and case.accepted_at) else "skipped"
        steps.append(Step(name, reached))
    return tuple(steps)


def _choices(case: Case, role: Role) -> tuple[Choice, ...]:
    offers = offered(facts_of(case), role)
    forward = [offer.move for offer in offers if offer.refusal is None and not BY_ACT[offer.move.act].quiet]
    main = next((move for move in forward if move.act is Act.PASS), forward[0] if forward else None)
    return tuple(
        Choice(
            page=BY_ACT[offer.move.act],
            refusal="" if offer.refusal is None else words.REFUSALS[offer.refusal],
            is_main=offer.move is main,
        )
        for offer in offers
    )


def _material(material: Material) -> MaterialView:
    return MaterialView(
        key=material.key,
        name=material.name,
        original=material.original,
        grade=material.evidence_grade,
        grade_words=words.GRADES.get(material.evidence_grade, material.evidence_grade),
        pages=tuple(
            PageView(
                page.id,
                f"第 {page.number} 页",
                "、".join(words.VERDICTS.get(verdict, verdict) for verdict in page.verdicts),
                f"{max(page.width_px, 1)} / {max(page.height_px, 1)}",
            )
            for page in material.pages
        ),
    )


def _dates(case: Case, calendar: WorkingCalendar, now: datetime) -> tuple[Fact, ...]:
    """The honest clock: when it was collected, when the law began to count, when the promise ends."""
    facts = [
        Fact("自助终端收件", minute(case.collected_at)),
        Fact("本窗口收到", minute(case.received_at)),
        Fact("一次性告知截止", day(case.notice_due_on), "收到后第 5 个工作日"),
    ]
    if case.passed_at:
        facts.append(Fact("审核通过", minute(case.passed_at)))
    if case.originals_posted_at:
        facts.append(Fact("原件寄出", minute(case.originals_posted_at), _parcel(case)))
    if case.accepted_at and case.promised_due_on and case.legal_due_on:
        left = calendar.left(legal_day(now), case.promised_due_on)
        running = case.state is State.ACCEPTED
        facts.append(Fact("受理", minute(case.accepted_at), "原件到达或电子签收之时"))
        note = f"剩 {left} 个工作日" if running and left >= 0 else f"已超 {-left} 个工作日" if running else ""
        facts.append(Fact("承诺办结", day(case.promised_due_on), note or f"{case.promised_days} 个工作日"))
        facts.append(Fact("法定办结", day(case.legal_due_on), f"{case.legal_days} 个工作日"))
    else:
        facts.append(Fact("受理", "尚未受理", f"受理后 {case.promised_days} 个工作日内办结"))
    for label, moment in (("办结", case.decided_at), ("送达", case.delivered_at), ("退件", case.returned_at)):
        if moment:
            facts.append(Fact(label, minute(moment)))
    return tuple(facts)


def _person(application: Application) -> tuple[Fact, ...]:
    who = application.applicant
    facts = [
        Fact("姓名", who.name, who.latin_name),
        Fact("证件", words.CARD_KINDS.get(who.card_kind, who.card_kind)),
        Fact("证件号码", words.masked(who.number)),
        Fact("性别 / 出生", "　".join(part for part in (words.SEXES.get(who.sex, ""), who.birth) if part)),
        Fact("证件住址", who.address),
        Fact("有效期", f"{who.valid_from} 至 {who.valid_to or '长期'}" if who.valid_from else ""),
    ]
    return tuple(fact for fact in facts if fact.value)


def _proof(application: Application) -> tuple[Fact, ...]:
    proof = application.identity
    return (
        Fact("方式", words.PROOF_METHODS.get(proof.method, proof.method)),
        Fact("强度", words.PROOF_STRENGTHS.get(proof.strength, proof.strength)),
        Fact("时间", _iso_minute(proof.proven_at)),
        Fact("读卡器", proof.reader_serial or "—"),
    )


def _answers(application: Application, catalogue: CatalogueData) -> tuple[Fact, ...]:
    """Question and answer in the words the citizen saw; an answer to a question we no longer know stays readable."""
    item = catalogue.items.get(application.item_code)
    fields = {f.key: f for f in (*catalogue.common_fields, *(item.fields if item else ()))}
    facts = []
    for key, value in application.answers:
        field = fields.get(key)
        shown = dict(field.choices)[value].zh if field and value in dict(field.choices) else value
        facts.append(Fact(field.question.zh if field else key, shown or "—"))
    return tuple(facts)


def _filing(case: Case, application: Application, catalogue: CatalogueData) -> tuple[Fact, ...]:
    return (
        Fact("收件编号", case.filing_number),
        Fact("收件地", _place(case.receiving_locality, catalogue), f"终端 {case.kiosk_id}"),
        Fact("收件中心", application.receiving_centre or "—"),
        Fact("首问负责人", application.first_responsible or "收件地综合窗口", application.first_responsible_phone),
        Fact("办理方式", words.MODES.get(application.mode, application.mode)),
        Fact("事项编码", case.item_code, f"版本 {application.item_version}"),
        Fact("审批部门", case.department or "—"),
        Fact("知情同意", _iso_minute(application.consent_at), f"文本 {application.consent_version}"),
    )


def _parcel(case: Case) -> str:
    originals = [waybill for waybill in case.waybills if waybill.purpose == "originals"]
    return f"{words.CARRIERS[originals[-1].carrier]} {originals[-1].number}".strip() if originals else ""


def _moment(event: Event, case: Case, catalogue: CatalogueData) -> Moment:
    return Moment(minute(event.at), words.EVENTS[event.act], event.actor, _event_details(event, case, catalogue))


def _event_details(event: Event, case: Case, catalogue: CatalogueData) -> tuple[Fact, ...]:
    said: dict[str, Any] = event.detail
    names = {material.key: material.name for material in case.materials}
    facts: list[Fact] = []
    if event.act is Act.CONSULT:
        facts += [
            Fact("渠道", words.CHANNELS[Channel(said["channel"])]),
            Fact("会商人", said["person"]),
            Fact("结论", words.OUTCOMES[Outcome(said["outcome"])]),
            Fact("备注", said["note"]),
        ]
    elif event.act is Act.REROUTE:
        facts.append(Fact("从 / 到", f"{_place(said['left'], catalogue)} → {_place(said['window'], catalogue)}"))
    elif event.act is Act.PASS:
        facts.append(Fact("通知书", said["notice"]))
    elif event.act is Act.ASK_SUPPLEMENT:
        facts += [Fact(names.get(d["material"], "全部材料"), d["problem"], d["remedy"]) for d in said["defects"]]
        if said["late"]:
            facts.append(Fact("提示", "超过五个工作日才告知"))
    elif event.act is Act.RECORD_ARRIVAL:
        facts.append(Fact("已核对", "、".join(names.get(key, key) for key in said["compared"])))
    elif event.act is Act.DECIDE:
        decision = words.DECISIONS[Decision(said["decision"])]
        facts += [Fact("结论", decision), Fact("文件", said["title"], said["reference"])]
    elif event.act is Act.DELIVER:
        way = words.DELIVERY_WAYS[DeliveryWay(said["way"])]
        facts += [Fact("方式", way), Fact("备注", said["note"])]
    elif event.act is Act.RECEIVE_SUPPLEMENT:
        facts.append(Fact("备注", said["note"]))
    if "reason" in said:
        facts.append(Fact("原因", said["reason"]))
    parcel = said.get("parcel")
    if parcel:
        carrier = words.CARRIERS[Carrier(parcel["carrier"])]
        facts.append(Fact("运单", f"{carrier} {parcel['number']}".strip()))
    return tuple(fact for fact in facts if fact.value)


def _place(key: str, catalogue: CatalogueData) -> str:
    place = catalogue.localities.get(key)
    return place.name.zh if place else key


def _iso_minute(text: str) -> str:
    try:
        return minute(datetime.fromisoformat(text))
    except ValueError:
        return text
