"""From the fields of a posted form to the details of an act. Garbage becomes a sentence beside its field."""

from __future__ import annotations

import enum
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from starlette.datastructures import FormData, UploadFile

from city.rules import (
    Act,
    Carrier,
    Channel,
    ConsultationStruck,
    Consulted,
    Decided,
    Decision,
    Defect,
    Delivered,
    DeliveryWay,
    Details,
    ElectronicSigned,
    OriginalsArrived,
    OriginalsPosted,
    Outcome,
    Parcel,
    Passed,
    Rerouted,
    Returned,
    SupplementAsked,
    SupplementReceived,
    WaybillCorrected,
)
from city.staff.pictures import is_pdf
from city.storage.models import Case

RESULT_LIMIT = 20 * 1024 * 1024
UNREADABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})  # control and direction marks, halves, private, unassigned
WHOLE = "whole"  # the defect field of the filing as a whole

_E = TypeVar("_E", bound=enum.StrEnum)


@dataclass
class Reader:
    """Takes fields out of a form one by one and gathers what is wrong with them, by field."""

    form: FormData
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str, *, limit: int, required: bool = True, empty: str = "请填写这一项。") -> str:
        value = self.form.get(name, "")
        if not isinstance(value, str):
            self.errors[name] = "这里只能填写文字。"
            return ""
        value = unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip()
        if any(unicodedata.category(c) in UNREADABLE and c != "\n" for c in value):
            self.errors[name] = "含有无法识别的字符，请重新填写。"
        elif len(value) > limit:
            self.errors[name] = f"最多 {limit} 个字，现在是 {len(value)} 个。"
        elif required and not value:
            self.errors[name] = empty
        return value

    def choice(self, name: str, kind: type[_E]) -> _E:
        """One of the enum; anything else is an error, and the first member stands in for it."""
        try:
            return kind(str(self.form.get(name, "")))
        except ValueError:
            self.errors[name] = "请选择一项。"
            return next(iter(kind))

    def parcel(self) -> Parcel:
        carrier = self.choice("carrier", Carrier)
        number = self.text("waybill", limit=40, required=False).replace(" ", "").upper()
        if number and not (number.isascii() and number.replace("-", "").isalnum()):
            self.errors.setdefault("waybill", "运单号只含字母、数字和短横线。")
        if carrier is not Carrier.BY_HAND and not number:
            self.errors.setdefault("waybill", "请填写运单号。")
        return Parcel(carrier, "" if carrier is Carrier.BY_HAND else number)

    def pdf(self, name: str) -> bytes:
        upload = self.form.get(name)
        if not isinstance(upload, UploadFile) or not upload.filename:
            self.errors[name] = "请选择结果文件（PDF）。"
            return b""
        data = upload.file.read(RESULT_LIMIT + 1)
        if len(data) > RESULT_LIMIT:
            self.errors[name] = f"文件超过 {RESULT_LIMIT // 1024 // 1024} MB，请压缩后再上传。"
        elif not is_pdf(data):
            self.errors[name] = "这不是可以打开的 PDF 文件。"
        return data


def _rerouted(form: Reader, _case: Case) -> Details:
    return Rerouted(
        window=form.text("window", limit=64, empty="请选择转往的窗口。"),
        reason=form.text("reason", limit=200, empty="请写明转办理由。"),
    )


def _consulted(form: Reader, _case: Case) -> Details:
    return Consulted(
        channel=form.choice("channel", Channel),
        person=form.text("person", limit=40, empty="请写明与谁会商。"),
        outcome=form.choice("outcome", Outcome),
        note=form.text("note", limit=500, required=False),
    )


def _struck(form: Reader, _case: Case) -> Details:
    return ConsultationStruck(form.text("reason", limit=200, empty="请写明为什么撤销。"))


def _passed(_form: Reader, _case: Case) -> Details:
    return Passed()


def _supplement(form: Reader, case: Case) -> Details:
    defects = []
    for key in (*(m.key for m in case.materials), WHOLE):
        problem = form.text(f"problem.{key}", limit=300, required=False)
        remedy = form.text(f"remedy.{key}", limit=300, required=False)
        if remedy and not problem:
            form.errors.setdefault(f"problem.{key}", "写了怎么补，请同时写明缺陷是什么。")
        if problem:
            defects.append(Defect("" if key == WHOLE else key, problem, remedy))
    if not defects:
        form.errors.setdefault(f"problem.{WHOLE}", "请至少写明一处缺陷；补正要求要一次告知完整。")
    return SupplementAsked(tuple(defects))


def _supplement_received(form: Reader, _case: Case) -> Details:
    return SupplementReceived(form.text("note", limit=500, empty="请写明收到了哪些补正材料。"))


def _posted(form: Reader, _case: Case) -> Details:
    return OriginalsPosted(form.parcel())


def _corrected(form: Reader, _case: Case) -> Details:
    return WaybillCorrected(form.parcel())


def _arrived(form: Reader, case: Case) -> Details:
    keys = {m.key for m in case.materials}
    return OriginalsArrived(frozenset(str(v) for v in form.form.getlist("compared") if v in keys))


def _signed(_form: Reader, _case: Case) -> Details:
    return ElectronicSigned()


def _decided(form: Reader, _case: Case) -> Details:
    return Decided(
        decision=form.choice("decision", Decision),
        title=form.text("title", limit=100, empty="请填写结果文件的名称。"),
        reference=form.text("reference", limit=60, required=False),
        pdf=form.pdf("file"),
    )


def _delivered(form: Reader, _case: Case) -> Details:
    way = form.choice("way", DeliveryWay)
    parcel = form.parcel() if way is DeliveryWay.POST else None
    return Delivered(way, parcel, form.text("note", limit=300, required=False))


def _returned(form: Reader, case: Case) -> Details:
    reason = form.text("reason", limit=500, empty="请写明退件原因，申请人会看到。")
    return Returned(reason, form.parcel() if case.originals_posted_at else None)


READERS: dict[Act, Callable[[Reader, Case], Details]] = {
    Act.REROUTE: _rerouted,
    Act.CONSULT: _consulted,
    Act.STRIKE_CONSULTATION: _struck,
    Act.PASS: _passed,
    Act.ASK_SUPPLEMENT: _supplement,
    Act.RECEIVE_SUPPLEMENT: _supplement_received,
    Act.POST_ORIGINALS: _posted,
    Act.CORRECT_WAYBILL: _corrected,
    Act.RECORD_ARRIVAL: _arrived,
    Act.SIGN_ELECTRONIC: _signed,
    Act.DECIDE: _decided,
    Act.DELIVER: _delivered,
    Act.RETURN: _returned,
}
