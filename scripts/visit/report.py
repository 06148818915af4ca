"""What `make run` prints at the end of a scripted visit, and whether it went well."""

from __future__ import annotations

from pathlib import Path

from paper.codes import NoticeCode
from scripts.visit.likeness import SAME
from scripts.visit.story import Outcome


def faults(outcome: Outcome) -> list[str]:
    """Why the visit cannot be called a success; empty when it can."""
    found = []
    if outcome.receipt is None:
        found.append("no receipt was printed")
    if outcome.notice is None or not isinstance(outcome.notice.code, NoticeCode):
        found.append("no collection notice was printed")
    elif outcome.notice.code.case_number != outcome.case_number:
        found.append(
            f"the printed notice names case {outcome.notice.code.case_number}, the window has {outcome.case_number}"
        )
    if not outcome.case_number:
        found.append(f"no case lies at window {outcome.window}")
    found += [
        f"page {name} at the window does not look like the sheet under the camera (likeness {value:.2f})"
        for name, value in outcome.likenesses.items()
        if value < SAME
    ]
    return found


def table(outcome: Outcome) -> str:
    total = sum(stage.seconds for stage in outcome.stages)
    width = max(len(stage.name) for stage in outcome.stages)
    rows = [f"  {stage.name:{width}}  {stage.seconds:7.2f} s  {stage.note}" for stage in outcome.stages]
    return "\n".join([*rows, f"  {'all':{width}}  {total:7.2f} s"])


def files(outcome: Outcome, *, staff_page: str) -> str:
    def shown(path: Path) -> str:
        return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)

    lines = [f"  screenshot  {shown(path)}" for path in outcome.screenshots]
    for name, printout in (("receipt", outcome.receipt), ("notice", outcome.notice)):
        if printout is not None:
            lines += [f"  {name:10}  {shown(printout.pdf)}", f"  {name:10}  {shown(printout.picture)}"]
    return "\n".join([*lines, f"  staff page  {staff_page}"])
