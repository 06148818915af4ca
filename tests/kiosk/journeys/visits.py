"""Visits in which nothing goes wrong."""

from __future__ import annotations

from drivers.protocols import ReadStage
from kiosk import events as e
from kiosk.effects import (
    AskProgress,
    CaptureNow,
    FetchAndPrintNotice,
    NoteReceipt,
    PrintGuide,
    PrintReceipt,
    ReadCard,
    Seal,
    StopDevices,
    StopPrinting,
    WatchPage,
    Wipe,
)
from kiosk.session import Judging, Printing, ReadingCard, Sealing, Watching
from tests.kiosk.story import ANSWERS, FILING, RESIDENCE_PERMIT, SIGNATURE, Story, case, story

DISABILITY_CARD_WITH_PRESENCE = "610114004"
LOAN_OF_THE_CITY = "610117001"


@story
def a_whole_visit_from_touch_to_wipe(visit: Story) -> None:
    visit.screen("attract").asked_for_nothing()
    visit.does(e.Woken()).screen("home")
    visit.asked_for(ReadCard)
    visit.tells(e.CardStage(ReadStage.READING))
    visit.is_doing(ReadingCard(ReadStage.READING))
    visit.lays_card().screen("item").asked_for_nothing()

    visit.does(e.ItemChosen(RESIDENCE_PERMIT)).screen("locality")
    visit.does(e.LocalityChosen("changan")).screen("guide")
    visit.does(e.GuideRead()).screen("consent")
    visit.does(e.ConsentGiven()).screen("form")
    for key, value in ANSWERS.items():
        visit.screen("form").does(e.AnswerGiven(key, value))
    visit.screen("form").does(e.AnswersConfirmed()).screen("papers")

    assert visit.asked_for(WatchPage).next_page_id == 1
    visit.tells(e.Guidance("hold_still", 0.5))
    visit.is_doing(Watching("hold_still", 0.5))
    visit.lays_page()
    assert visit.asked_for(WatchPage).next_page_id == 2
    visit.lays_page().does(e.MaterialFinished()).screen("papers")
    visit.lays_page().does(e.MaterialFinished()).screen("review")
    visit.asked_for(StopDevices)

    visit.does(e.Reviewed()).screen("sign")
    visit.does(e.Signed(SIGNATURE)).screen("submit")
    sealed = visit.asked_for(Seal).dossier
    visit.is_doing(Sealing())
    assert sealed.answers == tuple(ANSWERS.items())
    assert [len(material.pages) for material in sealed.materials] == [2, 1]

    visit.tells(e.Sealed(FILING)).screen("receipt")
    receipt = visit.asked_for(PrintReceipt)
    assert (receipt.filing, receipt.copy) == (FILING, 0)
    assert receipt.page_counts == (("residence", 2), ("photo", 1))
    visit.printer_waits()
    assert isinstance(visit.session.activity, Printing)

    visit.print_ends("receipt").screen("notice")
    assert visit.asked_for(NoteReceipt) == NoteReceipt(FILING.packet_id, "proven")
    visit.does(e.FinishTapped()).screen("done")
    visit.does(e.FinishTapped()).screen("attract")
    assert visit.last == (Wipe(),)
    assert visit.session.number == 2


@story
def the_tile_of_an_item_asks_for_the_card_first(visit: Story) -> None:
    visit.wakes().does(e.JourneyChosen("apply", item=RESIDENCE_PERMIT)).screen("card")
    visit.asked_for_nothing()  # the reader has been waiting since home
    visit.lays_card().screen("locality")
    assert "item" in visit.path()


@story
def what_the_city_decides_asks_for_no_locality(visit: Story) -> None:
    visit.wakes().lays_card().does(e.ItemChosen(LOAN_OF_THE_CITY)).screen("guide")
    assert visit.session.dossier.locality is not None
    assert visit.session.dossier.locality.key == "xian"
    assert "locality" not in visit.path()
    visit.does(e.BackTapped()).screen("item")
    visit.does(e.ItemChosen(RESIDENCE_PERMIT)).screen("locality")


@story
def an_item_bound_to_presence_is_explained_and_goes_no_further(visit: Story) -> None:
    visit.wakes().lays_card().does(e.ItemChosen(DISABILITY_CARD_WITH_PRESENCE))
    visit.does(e.LocalityChosen("changan")).screen("guide")
    visit.does(e.GuideRead()).screen("guide")
    visit.does(e.BackTapped()).screen("locality")


@story
def the_guide_is_printed_before_anything_is_handed_in(visit: Story) -> None:
    visit.comes_to("guide").does(e.GuidePrintTapped())
    assert visit.asked_for(PrintGuide).item.code == RESIDENCE_PERMIT
    visit.print_ends("guide").screen("guide")
    visit.does(e.GuidePrintTapped())
    visit.asked_for(PrintGuide)
    visit.does(e.GuideRead()).screen("consent")
    visit.asked_for(StopPrinting)


@story
def back_shows_each_step_again_and_loses_nothing_that_was_typed(visit: Story) -> None:
    visit.comes_to("form")
    visit.does(e.AnswerGiven("phone", "13800138000"), e.BackTapped()).screen("form")
    assert visit.session.field_key == "phone"
    assert visit.session.dossier.answer("phone") == "13800138000"
    visit.does(e.BackTapped()).screen("consent")
    visit.does(e.BackTapped()).screen("guide")
    visit.does(e.BackTapped()).screen("locality")
    visit.does(e.BackTapped()).screen("item")
    visit.does(e.BackTapped()).screen("card")
    assert visit.session.dossier.identity is None
    visit.asked_for(ReadCard)
    visit.does(e.BackTapped()).screen("home")
    visit.asked_for_nothing()


@story
def back_from_the_papers_leads_through_the_materials_to_the_form(visit: Story) -> None:
    visit.comes_to("papers").lays_page().does(e.MaterialFinished())
    visit.does(e.BackTapped()).screen("papers")
    assert len(visit.session.dossier.materials[0].pages) == 1
    visit.does(e.BackTapped()).screen("form")
    visit.asked_for(StopDevices)
    visit.does(e.AnswersConfirmed()).screen("papers")
    assert len(visit.session.dossier.materials[0].pages) == 1


@story
def back_from_signing_and_reviewing(visit: Story) -> None:
    visit.comes_to("sign").does(e.BackTapped()).screen("review")
    visit.does(e.BackTapped()).screen("papers")
    visit.does(e.MaterialFinished()).screen("review")


@story
def an_answer_that_cannot_be_right_is_asked_again_with_its_reason(visit: Story) -> None:
    visit.comes_to("form").does(e.AnswerGiven("phone", "12345")).screen("form")
    assert visit.session.field_fault == "field_fault.phone"
    assert visit.session.dossier.answer("phone") is None
    visit.does(e.AnswerGiven("phone", " 13800138000 "))
    assert visit.session.field_fault == ""
    assert visit.session.dossier.answer("phone") == "13800138000"
    visit.does(e.AnswersConfirmed()).screen("form")  # three fields are still open


@story
def one_answer_is_changed_from_the_review(visit: Story) -> None:
    visit.comes_to("review").does(e.EditTapped("field:phone")).screen("form")
    visit.does(e.AnswerGiven("phone", "02981664314")).screen("review")
    assert visit.session.dossier.answer("phone") == "02981664314"
    visit.does(e.EditTapped("field:phone"), e.BackTapped()).screen("review")
    assert visit.session.dossier.answer("phone") == "02981664314"


@story
def one_material_is_laid_again_from_the_review(visit: Story) -> None:
    visit.comes_to("review").does(e.EditTapped("material:residence")).screen("papers")
    visit.asked_for(WatchPage)
    visit.lays_page().does(e.MaterialFinished()).screen("review")
    assert [len(material.pages) for material in visit.session.dossier.materials] == [2, 1]


@story
def the_locality_is_changed_from_the_review_and_kept_when_thought_better_of(visit: Story) -> None:
    visit.comes_to("review").does(e.EditTapped("locality")).screen("locality")
    visit.does(e.BackTapped()).screen("review")
    visit.does(e.EditTapped("locality"), e.LocalityChosen("gaoxin")).screen("review")
    assert visit.session.dossier.locality is not None
    assert visit.session.dossier.locality.key == "gaoxin"


@story
def another_item_from_the_review_asks_only_what_is_new(visit: Story) -> None:
    visit.comes_to("review").does(e.EditTapped("item")).screen("item")
    visit.does(e.ItemChosen("610109002")).screen("guide")
    visit.does(e.GuideRead()).screen("form")
    assert visit.session.dossier.answer("phone") == ANSWERS["phone"]
    assert visit.session.dossier.answer("living_address") is None


@story
def the_same_item_again_changes_nothing(visit: Story) -> None:
    visit.comes_to("review")
    before = visit.session.dossier
    visit.does(e.EditTapped("item"), e.ItemChosen(RESIDENCE_PERMIT)).screen("review")
    assert visit.session.dossier == before


@story
def a_page_with_a_fault_waits_for_the_citizens_word(visit: Story) -> None:
    visit.comes_to("papers").lays_page("glare")
    assert isinstance(visit.session.activity, Judging)
    assert visit.pages(0) == 0
    visit.asked_for_nothing()
    visit.does(e.MaterialFinished()).screen("papers")  # not before the page was judged
    visit.does(e.PageRetaken())
    assert not visit.asked_for(WatchPage).again  # the camera waits until it has been moved
    visit.lays_page("glare").does(e.PageKept())
    assert visit.session.dossier.materials[0].pages[0].faults == ("glare",)
    assert not visit.asked_for(WatchPage).again


@story
def pages_are_reordered_removed_and_taken_again_in_their_place(visit: Story) -> None:
    visit.comes_to("papers").lays_page().lays_page().lays_page()

    def order() -> list[int]:
        return [page.page_id for page in visit.session.dossier.materials[0].pages]

    assert order() == [1, 2, 3]
    visit.does(e.PageMoved(3, -1))
    assert order() == [1, 3, 2]
    visit.does(e.PageMoved(1, -1), e.PageMoved(2, +1))
    assert order() == [1, 3, 2]
    visit.does(e.PageRetaken(2))
    assert not visit.asked_for(WatchPage).again  # sheet 3 may still lie there
    visit.does(e.PageRetaken(3))
    assert visit.asked_for(WatchPage).again
    visit.lays_page()
    assert order() == [1, 4, 2]
    visit.does(e.PageRemoved(4))
    assert order() == [1, 2]


@story
def a_full_material_watches_no_more_until_a_page_is_removed(visit: Story) -> None:
    visit.comes_to("papers").lays_page().does(e.MaterialFinished())
    visit.lays_page().asked_for_nothing()  # one photograph is all there may be
    visit.does(e.PageRemoved(visit.session.dossier.materials[1].pages[0].page_id))
    visit.asked_for(WatchPage)


@story
def the_citizen_presses_the_shutter(visit: Story) -> None:
    visit.comes_to("papers").tells(e.Guidance("too_dark", 0.0)).does(e.CaptureTapped())
    assert visit.asked_for(CaptureNow).ticket == visit.session.ticket


@story
def a_press_in_the_moment_of_the_automatic_capture_takes_no_second_picture(visit: Story) -> None:
    visit.comes_to("papers").tells(e.Guidance("good", 0.75)).lays_page().does(e.CaptureTapped())
    visit.asked_for_nothing()


@story
def an_optional_paper_is_not_there_and_a_required_one_cannot_be_skipped(visit: Story) -> None:
    visit.comes_to("papers").does(e.MaterialAbsent()).screen("papers")
    assert not visit.session.dossier.materials[0].finished
    unemployment = Story().comes_to("guide", item="610133001").does(e.GuideRead(), e.ConsentGiven())
    while unemployment.session.dossier.answers_confirmed is False:
        unemployment.fills_whatever_is_asked()
    absent = []
    while unemployment.session.dossier.materials and unemployment.is_at("papers"):
        unemployment.does(e.MaterialAbsent())
        if unemployment.is_at("papers"):
            unemployment.lays_page().does(e.MaterialFinished())
        absent = [material.absent for material in unemployment.session.dossier.materials]
    unemployment.screen("review")
    assert sum(absent) == 1
    visit.walked |= unemployment.walked


@story
def the_window_passes_while_the_citizen_waits_and_the_notice_is_printed_at_once(visit: Story) -> None:
    visit.comes_to("notice")
    assert visit.asked_for(AskProgress).filing_number == FILING.filing_number
    visit.tells(e.ProgressTold(()))
    assert visit.session.notice == "sending"  # the city does not know it yet
    visit.waits(5)
    visit.asked_for(AskProgress)
    visit.tells(e.ProgressTold((case(),)))
    assert visit.session.notice == "waiting"
    visit.waits(4).asked_for_nothing()
    visit.waits(1)
    visit.asked_for(AskProgress)
    visit.tells(e.ProgressTold((case(state="passed", notice_number="N-1"),)))
    fetch = visit.asked_for(FetchAndPrintNotice)
    assert (fetch.case_number, fetch.filing_number, fetch.progress_code) == (
        "C-1",
        FILING.filing_number,
        FILING.progress_code,
    )
    visit.print_ends("notice").screen("notice")
    assert visit.session.notice == "printed"
    visit.waits(30).asked_for_nothing()
    visit.does(e.FinishTapped()).screen("done")


@story
def the_window_asks_for_more_while_the_citizen_waits(visit: Story) -> None:
    visit.comes_to("notice").tells(e.ProgressTold((case(state="supplement", supplement=("缺少签名",)),)))
    assert visit.session.notice == "supplement"
    assert visit.session.tracing.cases is not None
    assert visit.session.tracing.cases[0].supplement == ("缺少签名",)


@story
def a_copy_of_the_receipt_is_a_numbered_copy(visit: Story) -> None:
    visit.comes_to("notice").does(e.ReprintTapped())
    assert visit.asked_for(PrintReceipt).copy == 1
    visit.print_ends("receipt").screen("notice")
    visit.does(e.ReprintTapped())
    assert visit.asked_for(PrintReceipt).copy == 2


@story
def the_last_screen_closes_by_itself(visit: Story) -> None:
    visit.comes_to("done").waits(44).screen("done")
    visit.waits(1).screen("attract")
    assert visit.last == (Wipe(),)


@story
def language_and_reading_modes_hold_for_the_visit_and_end_with_it(visit: Story) -> None:
    visit.does(e.LanguageChosen("en")).screen("home")
    visit.does(e.LargeTextToggled(), e.ContrastToggled()).lays_card().screen("item")
    assert visit.session.modes.language == "en"
    assert visit.session.modes.large_text
    visit.does(e.LanguageChosen("fr"))
    assert visit.session.modes.language == "en"
    visit.does(e.LeaveTapped()).screen("attract")
    assert visit.session.modes.language == "zh-CN"
    assert not visit.session.modes.large_text


@story
def the_search_text_is_forgotten_with_the_choice(visit: Story) -> None:
    visit.wakes().lays_card().does(e.QueryChanged("jzz"))
    assert visit.session.query == "jzz"
    visit.does(e.ItemChosen(RESIDENCE_PERMIT))
    assert visit.session.query == ""
