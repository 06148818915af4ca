"""Travel documents behind the real pcscd."""

from __future__ import annotations

from threading import Event

import pytest

from drivers import registry
from drivers.emulators.emrtd_card import EmrtdApplication
from drivers.emulators.emrtd_documents import chip, variant
from drivers.emulators.virtual_card import VirtualCard
from drivers.errors import Cancelled, CardRemoved, CardUnreadable, DeviceGarbled, DeviceTimeout
from drivers.idcard.emrtd.reader import EmrtdReader
from drivers.protocols import ProofState, ReadStage


class Counter:
    """A reader at the counter, and the hands of whoever stands before it."""

    def __init__(self, pcsc, trust_folder, now) -> None:
        self.pcsc = pcsc
        self.reader = EmrtdReader(
            socket=str(pcsc.pcscd.socket_path), trust_list=str(trust_folder), outage_s=2.0, clock=lambda: now
        )

    def lay(self, application, *, remove_before=None):
        self.pcsc.insert(VirtualCard(application, remove_before=remove_before))
        return application

    def read(self, *, timeout_s=8.0, cancel=None, on_stage=repr):
        return self.reader.read(timeout_s=timeout_s, cancel=cancel or Event(), on_stage=on_stage)

    def lift(self):
        self.pcsc.lift()
        self.pcsc.wait_until_lifting_is_noticed()


@pytest.fixture
def counter(pcsc, trust_folder, desk):
    counter = Counter(pcsc, trust_folder, desk.now)
    yield counter
    counter.reader.close()


def test_the_document_asks_for_its_page_and_is_read_where_it_lies(counter, desk):
    counter.lay(EmrtdApplication(chip("passport_pace")))
    with pytest.raises(CardUnreadable) as caught:
        counter.read()
    assert caught.value.reason == "mrz_needed"

    counter.reader.present(desk.access_to("permit"))
    with pytest.raises(CardUnreadable) as caught:
        counter.read()
    assert caught.value.reason == "wrong_mrz"

    counter.reader.present(desk.access_to("passport_pace"))
    card = counter.read()
    assert card.genuineness.state is ProofState.GENUINE


def test_a_document_read_before_must_be_lifted_and_its_page_is_forgotten(counter, desk):
    counter.lay(EmrtdApplication(chip("passport_bac")))
    counter.reader.present(desk.access_to("passport_bac"))
    counter.read()
    told = []

    with pytest.raises(DeviceTimeout):
        counter.read(timeout_s=0.3, on_stage=told.append)
    assert told == [ReadStage.LIFT_CARD]

    counter.lift()
    counter.lay(EmrtdApplication(chip("passport_bac")))
    with pytest.raises(CardUnreadable) as caught:
        counter.read()
    assert caught.value.reason == "mrz_needed"


def test_long_answers_pass_through_pcscd(counter, desk):
    application = counter.lay(EmrtdApplication(variant("passport_pace", longest_answer=2_000)))
    counter.reader.present(desk.access_to("passport_pace"))

    assert counter.read().genuineness.state is ProofState.GENUINE
    assert len(application.commands) < 45


@pytest.mark.parametrize("nth", [0, 2, 4, 7, 9, 30])
def test_document_pulled_at_any_command(counter, desk, nth):
    counter.reader.present(desk.access_to("passport_pace"))
    counter.lay(EmrtdApplication(chip("passport_pace")), remove_before=nth)

    with pytest.raises(CardRemoved):
        counter.read()


def test_garbled_answers_are_reported_as_such(counter, desk):
    counter.reader.present(desk.access_to("passport_bac"))
    counter.lay(EmrtdApplication(chip("passport_bac"), lambda n, a: a[:-3] + a[-2:] if n == 7 else a))

    with pytest.raises(DeviceGarbled) as caught:
        counter.read()
    assert "U2314" not in str(caught.value)


def test_cancelled_while_reading(counter, desk):
    cancel = Event()
    counter.reader.present(desk.access_to("passport_bac"))
    counter.lay(EmrtdApplication(chip("passport_bac")))

    with pytest.raises(Cancelled):
        counter.read(cancel=cancel, on_stage=lambda _stage: cancel.set())


def test_another_kind_of_card_is_the_wrong_kind(counter):
    counter.pcsc.lay()  # a social security card

    with pytest.raises(CardUnreadable) as caught:
        counter.read()
    assert caught.value.reason == "wrong_kind"


def test_it_has_its_row(tmp_path):
    assert isinstance(registry.id_card_reader("emrtd", {"trust_list": str(tmp_path)}), EmrtdReader)
