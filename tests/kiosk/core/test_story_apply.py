"""One whole visit, and the ways through it that are no mishap."""

from __future__ import annotations


from kiosk import events as e
from kiosk.effects import (
    NoteReceipt,
    PrintReceipt,
    ReadCard,
    Seal,
    StopDevices,
    WatchPage,
    Wipe,
)
from tests.kiosk.story import ANSWERS, FILING, RESIDENCE_PERMIT, SIGNATURE, Story


def test_a_whole_visit_from_touch_to_wipe() -> None:
    story = Story()
    story.screen("attract").asked_for_nothing()

    story.does(e.Woken()).screen("home")
    story.asked_for(ReadCard)
    story.lays_card().screen("item").asked_for_nothing()

    story.does(e.ItemChosen(RESIDENCE_PERMIT)).screen("locality")
    story.does(e.LocalityChosen("changan")).screen("guide")
    story.does(e.GuideRead()).screen("consent")
    story.does(e.ConsentGiven()).screen("form")
    for key, value in ANSWERS.items():
        story.screen("form").does(e.AnswerGiven(key, value))
    story.screen("form").does(e.AnswersConfirmed()).screen("papers")

    assert story.asked_for(WatchPage).next_page_id == 1
    story.lays_page()
    assert story.asked_for(WatchPage).next_page_id == 2
    story.lays_page().does(e.MaterialFinished()).screen("papers")
    story.lays_page().does(e.MaterialFinished()).screen("review")
    story.asked_for(StopDevices)

    story.does(e.Reviewed()).screen("sign")
    story.does(e.Signed(SIGNATURE)).screen("submit")
    sealed = story.asked_for(Seal).dossier
    assert sealed.answers == tuple(ANSWERS.items())
    assert [len(material.pages) for material in sealed.materials] == [2, 1]

    story.tells(e.Sealed(FILING)).screen("receipt")
    receipt = story.asked_for(PrintReceipt)
    assert (receipt.filing, receipt.copy) == (FILING, 0)
    assert receipt.page_counts == (("residence", 2), ("photo", 1))

    story.print_ends("receipt").screen("notice")
    assert story.asked_for(NoteReceipt) == NoteReceipt(FILING.packet_id, "proven")
    story.does(e.FinishTapped()).screen("done")
    story.does(e.FinishTapped()).screen("attract")
    assert story.last == (Wipe(),)
    assert story.session.number == 2
