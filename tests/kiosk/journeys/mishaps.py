"""Bad days: each is a story, and none of them ends the visit without the citizen's word."""

from __future__ import annotations

from datetime import date

from drivers.protocols import PrinterFault, ReadStage
from kiosk import events as e
from kiosk.effects import (
    AskProgress,
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
from kiosk.problems import Problem
from tests.kiosk.story import FILING, RESIDENCE_PERMIT, Story, card, case, page, story

# --- card -------------------------------------------------------------------------------------------------------


@story
def card_taken_away_while_reading(visit: Story) -> None:
    visit.wakes().does(e.JourneyChosen("apply")).screen("card")
    visit.tells(e.CardStage(ReadStage.READING), e.Failed(Problem.CARD_REMOVED))
    visit.is_problem(Problem.CARD_REMOVED, "retry", "back", "leave").asked_for_nothing()
    visit.does(e.ProblemAnswered("retry")).screen("card")
    visit.asked_for(ReadCard)
    visit.lays_card().screen("item")


@story
def card_taken_away_on_the_home_screen(visit: Story) -> None:
    visit.wakes().tells(e.Failed(Problem.CARD_REMOVED))
    visit.is_problem(Problem.CARD_REMOVED, "retry", "leave")
    visit.does(e.ProblemAnswered("retry")).screen("home")
    visit.asked_for(ReadCard)


@story
def unreadable_card(visit: Story) -> None:
    visit.wakes().does(e.JourneyChosen("apply")).tells(e.Failed(Problem.CARD_UNREADABLE))
    visit.is_problem(Problem.CARD_UNREADABLE, "retry", "back", "leave")
    visit.does(e.ProblemAnswered("back")).screen("home")


@story
def card_of_a_wrong_kind(visit: Story) -> None:
    visit.wakes().does(e.JourneyChosen("apply")).tells(e.Failed(Problem.CARD_WRONG_KIND))
    visit.is_problem(Problem.CARD_WRONG_KIND, "retry", "back", "leave")
    visit.does(e.ProblemAnswered("leave")).screen("attract")


@story
def card_with_a_wrong_checksum(visit: Story) -> None:
    visit.wakes().lays_card(number="610102199003070025")
    visit.is_problem(Problem.CARD_UNREADABLE, "retry", "leave")
    assert visit.session.dossier.identity is None


@story
def expired_card(visit: Story) -> None:
    visit.wakes().lays_card(valid_to=date(2026, 11, 23))
    visit.is_problem(Problem.CARD_EXPIRED, "retry", "leave")


@story
def reader_gone_at_home_disturbs_nobody_and_comes_back(visit: Story) -> None:
    visit.wakes().tells(e.Failed(Problem.CARD_READER_OUT)).screen("home").is_problem(None)
    visit.waits(4).asked_for_nothing()
    visit.waits(1)
    visit.asked_for(ReadCard)


@story
def reader_gone_when_the_card_is_asked_for(visit: Story) -> None:
    visit.wakes().does(e.JourneyChosen("apply")).tells(e.Failed(Problem.CARD_READER_OUT))
    visit.is_problem(Problem.CARD_READER_OUT, "retry", "back", "leave")
    visit.does(e.ItemChosen(RESIDENCE_PERMIT)).screen("card")  # nothing below a problem can be tapped
    visit.does(e.ProblemAnswered("retry"))
    visit.asked_for(ReadCard)


# --- papers -----------------------------------------------------------------------------------------------------


@story
def camera_unplugged_in_the_middle_of_the_papers(visit: Story) -> None:
    visit.comes_to("papers").lays_page().tells(e.Failed(Problem.CAMERA_OUT))
    visit.is_problem(Problem.CAMERA_OUT, "retry", "back", "leave")
    visit.does(e.ProblemAnswered("retry")).screen("papers")
    visit.asked_for(WatchPage)
    assert len(visit.session.dossier.materials[0].pages) == 1


@story
def no_page_found_for_ten_seconds(visit: Story) -> None:
    visit.comes_to("papers").tells(e.Guidance("no_page", 0.0)).waits(9).is_problem(None)
    visit.waits(1).is_problem(Problem.NO_PAGE, "retry", "back", "leave")
    visit.does(e.ProblemAnswered("retry")).is_problem(None)
    visit.asked_for_nothing()  # the camera never stopped looking
    visit.waits(9).is_problem(None)
    visit.waits(1).is_problem(Problem.NO_PAGE, "retry", "back", "leave")


@story
def a_page_laid_down_answers_the_question_where_it_is(visit: Story) -> None:
    visit.comes_to("papers").waits(10).is_problem(Problem.NO_PAGE, "retry", "back", "leave")
    visit.tells(e.Guidance("no_page_long", 0.0)).is_problem(Problem.NO_PAGE, "retry", "back", "leave")
    visit.tells(e.Guidance("cut_left", 0.0)).is_problem(None)
    visit.lays_page()
    assert len(visit.session.dossier.materials[0].pages) == 1


@story
def whoever_has_laid_a_page_may_sort_the_rest_in_peace(visit: Story) -> None:
    visit.comes_to("papers").lays_page().tells(e.Guidance("no_page", 0.0)).waits(60).is_problem(None)


@story
def a_lane_crashes(visit: Story) -> None:
    visit.comes_to("papers").tells(e.Failed(Problem.UNEXPECTED))
    visit.is_problem(Problem.UNEXPECTED, "retry", "leave")
    visit.does(e.ProblemAnswered("retry"))
    visit.asked_for(WatchPage)


# --- sealing ----------------------------------------------------------------------------------------------------


@story
def disk_full_while_sealing(visit: Story) -> None:
    visit.comes_to("submit").tells(e.Failed(Problem.DISK_FULL)).screen("submit")
    visit.is_problem(Problem.DISK_FULL, "retry", "back", "leave")
    visit.does(e.ProblemAnswered("retry"))
    visit.asked_for(Seal)
    visit.tells(e.Sealed(FILING)).screen("receipt")


@story
def sealing_fails_and_the_citizen_goes_back(visit: Story) -> None:
    visit.comes_to("submit").tells(e.Failed(Problem.SEAL_FAILED))
    visit.is_problem(Problem.SEAL_FAILED, "retry", "back", "leave")
    visit.does(e.ProblemAnswered("back")).screen("sign")
    assert visit.session.dossier.signature is None


@story
def nobody_leaves_in_the_middle_of_sealing(visit: Story) -> None:
    visit.comes_to("submit").does(e.LeaveTapped(), e.BackTapped()).screen("submit")
    visit.waits(300).screen("submit")
    assert not visit.session.idle.warned


# --- printing ---------------------------------------------------------------------------------------------------


@story
def paper_out_before_the_receipt(visit: Story) -> None:
    visit.comes_to("receipt").print_ends("receipt", PrinterFault.PAPER_OUT, job=None)
    visit.is_problem(Problem.PRINTER_PAPER_OUT, "retry", "later")
    assert visit.asked_for(NoteReceipt).state == "failed"
    visit.does(e.ProblemAnswered("retry"))
    assert visit.asked_for(PrintReceipt).copy == 0  # nothing ever reached the printer
    visit.print_ends("receipt").screen("notice")


@story
def paper_out_during_the_receipt_is_mended(visit: Story) -> None:
    visit.comes_to("receipt").printer_waits(PrinterFault.PAPER_OUT)
    visit.is_problem(Problem.PRINTER_PAPER_OUT, "retry", "later")
    visit.does(e.ProblemAnswered("retry")).is_problem(None).asked_for_nothing()
    visit.printer_waits(PrinterFault.PAPER_OUT).is_problem(None)  # said once
    visit.printer_waits(PrinterFault.JAM).is_problem(Problem.PRINTER_JAM, "retry", "later")
    visit.printer_waits().is_problem(None)
    visit.print_ends("receipt").screen("notice")


@story
def jam_during_the_receipt_and_the_citizen_goes_on_without(visit: Story) -> None:
    visit.comes_to("receipt").printer_waits(PrinterFault.JAM)
    visit.is_problem(Problem.PRINTER_JAM, "retry", "later")
    visit.does(e.ProblemAnswered("later")).screen("notice")
    visit.asked_for(StopPrinting)
    assert visit.asked_for(NoteReceipt).state == "later"
    assert visit.session.dossier.filing == FILING  # the number stays on the screen


@story
def the_citizen_does_not_wait_for_the_receipt(visit: Story) -> None:
    visit.comes_to("receipt").does(e.ReceiptSkipped()).screen("notice")
    visit.asked_for(StopPrinting)
    visit.asked_for(AskProgress)


@story
def printer_dead_before_the_receipt(visit: Story) -> None:
    visit.comes_to("receipt").print_ends("receipt", PrinterFault.UNREACHABLE, job=None)
    visit.is_problem(Problem.PRINTER_OUT, "later", "retry")
    visit.does(e.ProblemAnswered("later")).screen("notice")


@story
def printer_dies_during_the_receipt_so_the_next_one_is_a_copy(visit: Story) -> None:
    visit.comes_to("receipt").print_ends("receipt", PrinterFault.UNREACHABLE)
    visit.is_problem(Problem.PRINTER_OUT, "later", "retry").does(e.ProblemAnswered("retry"))
    assert visit.asked_for(PrintReceipt).copy == 1


@story
def nobody_knows_whether_the_receipt_came_out(visit: Story) -> None:
    visit.comes_to("receipt").print_is_unproven("receipt")
    visit.is_problem(Problem.PRINT_UNPROVEN, "retry", "later")
    assert visit.asked_for(NoteReceipt).state == "unproven"
    visit.does(e.ProblemAnswered("retry"))
    assert visit.asked_for(PrintReceipt).copy == 1  # never a second original
    visit.print_is_unproven("receipt").does(e.ProblemAnswered("later")).screen("notice")


@story
def the_printer_lane_crashes_and_the_visit_goes_on(visit: Story) -> None:
    visit.comes_to("receipt").tells(e.Failed(Problem.UNEXPECTED))
    visit.is_problem(Problem.UNEXPECTED, "retry", "later")
    visit.does(e.ProblemAnswered("later")).screen("notice")


@story
def the_guide_does_not_come_out(visit: Story) -> None:
    visit.comes_to("guide").does(e.GuidePrintTapped()).print_ends("guide", PrinterFault.JAM)
    visit.is_problem(Problem.PRINTER_JAM, "retry", "later")
    visit.does(e.ProblemAnswered("retry"))
    visit.asked_for(PrintGuide)
    visit.printer_waits(PrinterFault.PAPER_OUT).does(e.ProblemAnswered("later")).screen("guide")
    visit.asked_for(StopPrinting)


@story
def the_notice_does_not_come_out(visit: Story) -> None:
    visit.comes_to("notice").tells(e.ProgressTold((case(notice_number="N-1"),)))
    visit.print_ends("notice", PrinterFault.PAPER_OUT)
    visit.is_problem(Problem.PRINTER_PAPER_OUT, "retry", "later").does(e.ProblemAnswered("retry"))
    visit.asked_for(FetchAndPrintNotice)
    visit.print_is_unproven("notice").is_problem(Problem.PRINT_UNPROVEN, "retry", "later")
    visit.does(e.ProblemAnswered("later")).screen("notice")
    assert visit.session.notice == "later"
    visit.waits(60).asked_for_nothing()


@story
def a_copy_of_the_receipt_does_not_come_out(visit: Story) -> None:
    visit.comes_to("notice").does(e.ReprintTapped()).print_ends("receipt", PrinterFault.JAM)
    visit.is_problem(Problem.PRINTER_JAM, "retry", "later").does(e.ProblemAnswered("later"))
    visit.screen("notice")
    assert visit.session.dossier.finished is False


# --- city -------------------------------------------------------------------------------------------------------


@story
def the_city_is_down_while_the_citizen_waits_for_the_notice(visit: Story) -> None:
    visit.comes_to("notice").tells(e.Failed(Problem.CITY_UNREACHABLE)).is_problem(None)
    assert visit.session.notice == "unreachable"
    visit.waits(5)
    visit.asked_for(AskProgress)
    visit.tells(e.Failed(Problem.CODE_UNKNOWN)).is_problem(None)  # the packet is still on its way
    assert visit.session.notice == "sending"


@story
def the_notice_is_not_there_after_all(visit: Story) -> None:
    visit.comes_to("notice").tells(e.ProgressTold((case(notice_number="N-1"),)))
    visit.tells(e.Failed(Problem.NOTICE_NOT_READY)).is_problem(None)
    visit.waits(5)
    visit.asked_for(AskProgress)


# --- time and late news -----------------------------------------------------------------------------------------


@story
def time_out_in_the_middle_of_the_papers(visit: Story) -> None:
    visit.comes_to("papers").lays_page().waits(119)
    assert not visit.session.idle.warned
    visit.waits(1).screen("papers")
    assert visit.session.idle.warned
    visit.waits(44).screen("papers")
    visit.waits(1).screen("attract")
    assert visit.last == (Wipe(),)
    assert visit.session.dossier.identity is None
    assert visit.session.number == 2


@story
def still_there(visit: Story) -> None:
    visit.comes_to("review").waits(120)
    assert visit.session.idle.warned
    visit.does(e.StayTapped()).screen("review")
    visit.waits(119)
    assert not visit.session.idle.warned
    visit.waits(1).does(e.Reviewed()).screen("review")  # a touch below the question only says: here I am
    assert not visit.session.idle.warned


@story
def whoever_reads_large_letters_gets_double_time(visit: Story) -> None:
    visit.wakes().does(e.LargeTextToggled()).waits(239)
    assert not visit.session.idle.warned
    visit.waits(1)
    assert visit.session.idle.warned
    visit.waits(89).screen("home")
    visit.waits(1).screen("attract")


@story
def the_citizen_walks_away_from_a_printer_without_paper(visit: Story) -> None:
    visit.comes_to("receipt").printer_waits(PrinterFault.PAPER_OUT).waits(165).screen("attract")
    assert visit.last == (Wipe(),)


@story
def a_printer_that_works_does_not_let_the_visit_time_out(visit: Story) -> None:
    visit.comes_to("receipt").printer_waits().waits(400).screen("receipt")
    assert not visit.session.idle.warned


@story
def late_news_of_an_old_session_is_dropped(visit: Story) -> None:
    visit.comes_to("papers").does(e.LeaveTapped(), e.Woken()).screen("home")
    before = visit.session
    visit.told_late(e.PageJudged(page(1)), session=1)
    visit.told_late(e.CardRead(card(), "sam_card", "genuine"), session=1)
    assert visit.session == before
    visit.asked_for_nothing()


@story
def late_news_of_work_nobody_waits_for_is_dropped(visit: Story) -> None:
    visit.comes_to("papers")
    old = visit.session.ticket
    visit.lays_page()
    before = visit.session
    visit.told_late(e.PageJudged(page(1)), ticket=old)
    assert visit.session == before
    visit.does(e.BackTapped()).screen("form")
    visit.asked_for(StopDevices)
    before = visit.session
    visit.tells(e.PageJudged(page(2)))
    assert visit.session == before


@story
def leaving_from_a_problem_wipes_too(visit: Story) -> None:
    visit.comes_to("papers").tells(e.Failed(Problem.CAMERA_OUT)).does(e.LeaveTapped()).screen("attract")
    assert visit.last == (Wipe(),)


@story
def the_machine_broke_off_and_the_receipt_is_printed_after_the_restart(visit: Story) -> None:
    visit.hears(e.ReceiptFound(FILING, RESIDENCE_PERMIT, "changan", (("residence", 2), ("photo", 1))))
    visit.wakes().does(e.ReprintTapped()).screen("receipt")
    receipt = visit.asked_for(PrintReceipt)
    assert (receipt.filing, receipt.copy) == (FILING, 1)
    assert receipt.page_counts == (("residence", 2), ("photo", 1))
    visit.print_ends("receipt").screen("notice")
    assert visit.asked_for(NoteReceipt).state == "proven"


@story
def nobody_comes_for_the_receipt_of_before_the_restart(visit: Story) -> None:
    visit.hears(e.ReceiptFound(FILING, RESIDENCE_PERMIT, "changan", ())).waits(15 * 60)
    assert visit.session.found is not None
    visit.waits(1)  # from now on whoever comes is somebody else
    visit.wakes().does(e.ReprintTapped()).screen("home")
    assert visit.session.found is None


@story
def nobody_wants_the_receipt_of_before_the_restart(visit: Story) -> None:
    visit.hears(e.ReceiptFound(FILING, RESIDENCE_PERMIT, "changan", ()))
    visit.wakes().does(e.JourneyChosen("apply"), e.BackTapped()).screen("home")
    assert visit.session.found is not None
    visit.does(e.LeaveTapped(), e.Woken(), e.ReprintTapped()).screen("home")
    assert visit.session.found is None
