"""Journey `progress`: where a filing stands."""

from __future__ import annotations

from kiosk import events as e
from kiosk.effects import AskProgress, FetchAndPrintNotice, ReadCard, StopDevices, WatchCode, Wipe
from kiosk.problems import Problem
from paper.codes import NoticeCode, ReceiptCode
from tests.kiosk.story import FILING, Story, card, case, story

CODE = ReceiptCode(FILING.filing_number, FILING.progress_code).encode()


def asks_by_receipt(visit: Story) -> Story:
    return visit.wakes().does(e.JourneyChosen("progress")).screen("trace")


@story
def by_the_code_of_the_receipt_to_the_notice_on_paper(visit: Story) -> None:
    asks_by_receipt(visit)
    visit.asked_for(StopDevices)  # the card reader waited at home
    visit.asked_for(WatchCode)
    visit.tells(e.CodeSeen(CODE)).screen("trace")
    asked = visit.asked_for(AskProgress)
    assert (asked.filing_number, asked.progress_code) == (FILING.filing_number, FILING.progress_code)
    visit.tells(e.ProgressTold((case(notice_number="N-1", accepted_at="2026-11-26"),))).screen("case")
    visit.does(e.NoticePrintTapped("C-1"))
    assert visit.asked_for(FetchAndPrintNotice).progress_code == FILING.progress_code
    visit.print_ends("notice").screen("case")
    visit.does(e.FinishTapped()).screen("attract")
    assert visit.last == (Wipe(),)


@story
def by_card_with_several_cases(visit: Story) -> None:
    asks_by_receipt(visit).does(e.UseCardTapped())
    visit.asked_for(StopDevices)
    visit.asked_for(ReadCard)
    visit.lays_card().screen("trace")
    assert visit.asked_for(AskProgress).citizen_number == card().number
    told = (case(), case(case_number="C-2", filing_number="F-2", notice_number="N-2"))
    visit.tells(e.ProgressTold(told)).screen("cases")
    visit.does(e.CaseChosen("C-9")).screen("cases")
    visit.does(e.CaseChosen("C-2")).screen("case")
    visit.does(e.NoticePrintTapped("C-2"))
    fetch = visit.asked_for(FetchAndPrintNotice)
    assert (fetch.filing_number, fetch.citizen_number) == ("F-2", card().number)
    visit.print_ends("notice").does(e.BackTapped()).screen("cases")
    visit.does(e.BackTapped()).screen("trace")
    assert visit.session.dossier.identity is None
    visit.asked_for(ReadCard)
    visit.does(e.BackTapped()).screen("home")


@story
def by_card_without_any_case(visit: Story) -> None:
    asks_by_receipt(visit).does(e.UseCardTapped()).lays_card()
    visit.tells(e.ProgressTold(())).screen("cases")
    visit.does(e.FinishTapped()).screen("attract")


@story
def back_and_forth_between_card_and_receipt(visit: Story) -> None:
    asks_by_receipt(visit).does(e.UseCardTapped(), e.UseCardTapped())
    visit.asked_for(WatchCode)


@story
def back_from_the_only_case_looks_for_another_code(visit: Story) -> None:
    asks_by_receipt(visit).tells(e.CodeSeen(CODE), e.ProgressTold((case(),))).screen("case")
    visit.does(e.BackTapped()).screen("trace")
    visit.asked_for(WatchCode)


@story
def a_code_of_something_else_is_held_up(visit: Story) -> None:
    asks_by_receipt(visit).tells(e.CodeSeen("https://example.invalid/"))
    visit.is_problem(Problem.CODE_UNKNOWN, "retry", "later", "back", "leave")
    visit.does(e.ProblemAnswered("retry")).screen("trace")
    visit.asked_for(WatchCode)
    visit.tells(e.CodeSeen(NoticeCode("N-1", "C-1", "ABC").encode()))
    visit.is_problem(Problem.CODE_UNKNOWN, "retry", "later", "back", "leave")
    visit.does(e.ProblemAnswered("back")).screen("home")


@story
def the_city_does_not_know_the_code(visit: Story) -> None:
    asks_by_receipt(visit).tells(e.CodeSeen(CODE), e.Failed(Problem.CODE_UNKNOWN))
    visit.is_problem(Problem.CODE_UNKNOWN, "retry", "later", "back", "leave")
    visit.does(e.ProblemAnswered("retry"))
    visit.asked_for(WatchCode)
    visit.tells(e.CodeSeen(CODE), e.ProgressTold(()))
    visit.is_problem(Problem.CODE_UNKNOWN, "retry", "later", "back", "leave")


@story
def the_city_is_down_and_comes_back(visit: Story) -> None:
    asks_by_receipt(visit).tells(e.CodeSeen(CODE), e.Failed(Problem.CITY_UNREACHABLE))
    visit.is_problem(Problem.CITY_UNREACHABLE, "retry", "back", "leave")
    visit.does(e.ProblemAnswered("retry"))
    assert visit.asked_for(AskProgress).filing_number == FILING.filing_number
    visit.tells(e.ProgressTold((case(),))).screen("case")


@story
def the_packet_is_still_on_its_way(visit: Story) -> None:
    asks_by_receipt(visit).tells(e.CodeSeen(CODE), e.Failed(Problem.NOTICE_NOT_READY))
    visit.is_problem(Problem.NOTICE_NOT_READY, "retry", "back", "leave")
    visit.does(e.ProblemAnswered("leave")).screen("attract")


@story
def there_is_no_notice_yet(visit: Story) -> None:
    asks_by_receipt(visit).tells(e.CodeSeen(CODE), e.ProgressTold((case(),)))
    visit.does(e.NoticePrintTapped("C-1"))
    visit.is_problem(Problem.NOTICE_NOT_READY, "later", "retry")
    visit.does(e.ProblemAnswered("later")).screen("case").is_problem(None)


@story
def the_camera_is_gone_and_the_card_is_used_instead(visit: Story) -> None:
    asks_by_receipt(visit).tells(e.Failed(Problem.CAMERA_OUT))
    visit.is_problem(Problem.CAMERA_OUT, "retry", "later", "back", "leave")
    visit.does(e.ProblemAnswered("later")).is_problem(None).screen("trace")
    visit.asked_for(ReadCard)


@story
def the_reader_is_gone_and_the_receipt_is_used_instead(visit: Story) -> None:
    asks_by_receipt(visit).does(e.UseCardTapped()).tells(e.Failed(Problem.CARD_READER_OUT))
    visit.is_problem(Problem.CARD_READER_OUT, "retry", "later", "back", "leave")
    visit.does(e.ProblemAnswered("later")).screen("trace")
    visit.asked_for(WatchCode)
