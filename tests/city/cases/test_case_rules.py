"""The table of rules by itself: nothing but values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from city import words
from city.cases import EFFECTS
from city.rules import (
    ACT_OF,
    CLOSED,
    TABLE,
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
    Effect,
    ElectronicSigned,
    Facts,
    Opened,
    OriginalsArrived,
    OriginalsPosted,
    Outcome,
    Parcel,
    Passed,
    Refusal,
    Refused,
    Rerouted,
    Returned,
    Role,
    State,
    SupplementAsked,
    SupplementReceived,
    WaybillCorrected,
    decide,
    offered,
)
from city.staff.acts import BY_ACT
from city.staff.forms import READERS
from config.schema import Mode
from drivers.protocols import CardKind
from kiosk.scanning.verdicts import FAULTS

EMS = Parcel(Carrier.EMS, "1151234567890")
NUMBERLESS = Parcel(Carrier.EMS, " ")
PAPER = frozenset({"register", "licence"})


def facts(state: State | None, **changes: object) -> Facts:
    made: dict[str, object] = {
        "window": "hangkong",
        "windows": frozenset({"hangkong", "yanta"}),
        "material_keys": PAPER | {"photo"},
        "original_keys": PAPER,
    }
    return Facts(state=state, **{**made, **changes})  # type: ignore[arg-type]  # a test's short hand


SOUND: dict[Act, Details] = {
    Act.OPEN: Opened(),
    Act.REROUTE: Rerouted("yanta", "属雁塔区管辖"),
    Act.CONSULT: Consulted(Channel.VIDEO, "李静", Outcome.AGREED, ""),
    Act.STRIKE_CONSULTATION: ConsultationStruck("记错了"),
    Act.PASS: Passed(),
    Act.ASK_SUPPLEMENT: SupplementAsked((Defect("photo", "模糊", "重拍"),)),
    Act.RECEIVE_SUPPLEMENT: SupplementReceived("照片"),
    Act.POST_ORIGINALS: OriginalsPosted(EMS),
    Act.CORRECT_WAYBILL: WaybillCorrected(EMS),
    Act.RECORD_ARRIVAL: OriginalsArrived(PAPER),
    Act.SIGN_ELECTRONIC: ElectronicSigned(),
    Act.DECIDE: Decided(Decision.GRANTED, "批复", "", b""),
    Act.DELIVER: Delivered(DeliveryWay.ONLINE, None, ""),
    Act.RETURN: Returned("不符合", EMS),
}


def refusal(given: Facts, details: Details, role: Role = Role.WINDOW) -> Refusal | None:
    try:
        decide(given, details, role)
    except Refused as refused:
        return refused.refusal
    return None


def test_each_state_and_act_has_at_most_one_row() -> None:
    assert len({(move.state, move.act) for move in TABLE}) == len(TABLE)


def test_every_act_state_effect_and_role_is_used_and_has_its_words() -> None:
    assert {move.act for move in TABLE} == set(Act) == set(ACT_OF.values()) == set(SOUND) == set(words.EVENTS)
    assert {move.to for move in TABLE} == set(State) == set(words.STATES) == set(words.STATE_LOOKS)
    assert {effect for move in TABLE for effect in move.effects} == set(Effect) == set(EFFECTS)
    assert set(words.REFUSALS) == set(Refusal)
    assert set(words.ROLES) == set(Role)
    assert set(BY_ACT) == set(READERS) == set(Act) - {Act.OPEN}


def test_what_a_kiosk_can_say_has_its_chinese_word() -> None:
    assert set(words.VERDICTS) >= {fault.value for fault in FAULTS}
    assert set(words.CARD_KINDS) >= {kind.value for kind in CardKind}
    assert set(words.MODES) >= {mode.value for mode in Mode}


def test_closed_cases_can_never_be_touched_again() -> None:
    assert not [move for move in TABLE if move.state in CLOSED]


def test_every_state_can_be_reached_and_left() -> None:
    reached: set[State | None] = {None}
    for _ in State:
        reached |= {move.to for move in TABLE if move.state in reached}
    assert reached == {None, *State}
    assert {move.state for move in TABLE} == reached - CLOSED


@given(state=st.sampled_from([None, *State]), act=st.sampled_from(list(Act)), role=st.sampled_from(list(Role)))
def test_an_act_outside_the_table_is_refused_whoever_asks(state: State | None, act: Act, role: Role) -> None:
    rows = [move for move in TABLE if (move.state, move.act) == (state, act)]
    given_ = facts(
        state,
        consultation=Outcome.AGREED,
        original_keys=frozenset() if act is Act.SIGN_ELECTRONIC else PAPER,
    )
    if not rows:
        assert refusal(given_, SOUND[act], role) is Refusal.NOT_IN_THIS_STATE
    elif role is not rows[0].who:
        assert refusal(given_, SOUND[act], role) is Refusal.NOT_YOURS
    else:
        assert refusal(given_, SOUND[act], role) is None


def test_a_supervisor_sees_everything_and_decides_nothing() -> None:
    assert all(move.who is not Role.SUPERVISOR for move in TABLE)
    assert all(offered(facts(state), Role.SUPERVISOR) == () for state in State)


def test_no_pass_before_a_consultation_that_agreed() -> None:
    assert refusal(facts(State.COLLECTED), Passed()) is Refusal.NO_CONSULTATION
    for outcome in (Outcome.DEFECTIVE, Outcome.NO_ANSWER):
        assert refusal(facts(State.COLLECTED, consultation=outcome), Passed()) is Refusal.CONSULTATION_NOT_AGREED


def test_a_case_is_rerouted_to_another_window_that_exists_and_with_a_reason() -> None:
    fresh = facts(State.COLLECTED)
    assert refusal(fresh, Rerouted("atlantis", "管辖")) is Refusal.NO_SUCH_WINDOW
    assert refusal(fresh, Rerouted("hangkong", "管辖")) is Refusal.ALREADY_THERE
    assert refusal(fresh, Rerouted("yanta", " ")) is Refusal.REASON_MISSING


def test_defects_are_told_once_and_all_at_once() -> None:
    asked = SOUND[Act.ASK_SUPPLEMENT]
    assert refusal(facts(State.COLLECTED, defects_told=True), asked) is Refusal.ALREADY_TOLD
    assert refusal(facts(State.COLLECTED), SupplementAsked(())) is Refusal.NO_DEFECTS
    assert refusal(facts(State.COLLECTED), SupplementAsked((Defect("photo", " ", "重拍"),))) is Refusal.NO_DEFECTS
    other = SupplementAsked((Defect("of_another_case", "缺页", ""),))
    assert refusal(facts(State.COLLECTED), other) is Refusal.UNKNOWN_MATERIAL


def test_acceptance_needs_every_original_compared() -> None:
    posted = facts(State.ORIGINALS_POSTED)
    assert refusal(posted, OriginalsArrived(frozenset({"register"}))) is Refusal.NOT_ALL_COMPARED
    assert refusal(posted, OriginalsArrived(frozenset())) is Refusal.NOT_ALL_COMPARED
    assert refusal(posted, OriginalsArrived(PAPER | {"photo"})) is None


def test_paperless_items_are_signed_for_and_others_are_not() -> None:
    assert refusal(facts(State.REMOTE_PASSED), ElectronicSigned()) is Refusal.ORIGINALS_NEEDED
    paperless = facts(State.REMOTE_PASSED, original_keys=frozenset())
    assert refusal(paperless, ElectronicSigned()) is None
    assert refusal(paperless, OriginalsPosted(EMS)) is Refusal.NO_ORIGINALS


def test_parcels_need_a_number_unless_they_are_carried_by_hand() -> None:
    passed = facts(State.REMOTE_PASSED)
    assert refusal(passed, OriginalsPosted(NUMBERLESS)) is Refusal.WAYBILL_MISSING
    assert refusal(passed, OriginalsPosted(Parcel(Carrier.BY_HAND, ""))) is None
    decided = facts(State.DECIDED)
    assert refusal(decided, Delivered(DeliveryWay.POST, None, "")) is Refusal.WAYBILL_MISSING
    assert refusal(decided, Delivered(DeliveryWay.POST, EMS, "")) is None
    assert refusal(decided, Delivered(DeliveryWay.HANDLING_WINDOW, None, "")) is None


def test_papers_at_the_window_go_back_with_a_waybill() -> None:
    assert refusal(facts(State.ACCEPTED), Returned("不符合", None)) is Refusal.WAYBILL_MISSING
    assert refusal(facts(State.ACCEPTED), Returned(" ", EMS)) is Refusal.REASON_MISSING
    assert refusal(facts(State.ACCEPTED, original_keys=frozenset()), Returned("不符合", None)) is None
    assert refusal(facts(State.SUPPLEMENT_ASKED), Returned("逾期未补正", None)) is None


@pytest.mark.parametrize("state", [State.REMOTE_PASSED, State.ACCEPTED, State.DECIDED])
def test_nothing_after_the_notice_can_be_undone_but_a_waybill(state: State) -> None:
    undoable = {move.act for move in TABLE if move.state is state and move.undo is not None}
    assert undoable <= {Act.POST_ORIGINALS}


def test_a_page_warns_exactly_where_nothing_can_be_undone() -> None:
    for move in TABLE:
        if move.act is not Act.OPEN:
            assert bool(BY_ACT[move.act].final) is (move.undo is None), move.act


def test_a_page_is_offered_what_the_case_needs_and_nothing_it_can_never_need() -> None:
    assert [o.move.act for o in offered(facts(State.REMOTE_PASSED), Role.WINDOW)] == [Act.POST_ORIGINALS]
    paperless = facts(State.REMOTE_PASSED, original_keys=frozenset())
    assert [o.move.act for o in offered(paperless, Role.WINDOW)] == [Act.SIGN_ELECTRONIC]
    fresh = {o.move.act: o.refusal for o in offered(facts(State.COLLECTED), Role.WINDOW)}
    assert fresh == {
        Act.CONSULT: None,
        Act.PASS: Refusal.NO_CONSULTATION,
        Act.ASK_SUPPLEMENT: None,
        Act.REROUTE: None,
    }
