"""Waiting for the parts of the machine, and saying which one died."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.visit.installation import PROJECT
from scripts.visit.plan import DEFAULT, Photograph, PlanWrong, Sheet, load_visit, page_source
from scripts.visit.programs import Program, StageFailed, TooLate, wait_for
from scripts.visit.toml_text import toml_text


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[Program]:
    program = Program("sleeper", ["sleep", "60"], log=tmp_path / "log", cwd=tmp_path)
    yield program
    program.end()


def test_a_program_that_dies_is_named_with_the_end_of_its_log(tmp_path: Path, sleeper: Program) -> None:
    doomed = Program(
        "doomed", [sys.executable, "-c", "raise SystemExit('no paper tray')"], log=tmp_path / "doomed.log", cwd=tmp_path
    )
    with pytest.raises(StageFailed, match=r"doomed died \(exit status 1\)(.|\n)*no paper tray"):
        wait_for(lambda: None, what="a miracle", timeout_s=20, programs=[sleeper, doomed])


def test_what_never_comes_is_named(sleeper: Program) -> None:
    with pytest.raises(TooLate, match=r"a miracle: not within 0\.1 s"):
        wait_for(lambda: None, what="a miracle", timeout_s=0.1, programs=[sleeper])


def test_a_socket_that_is_not_there_yet_is_waited_for() -> None:
    tries = iter((FileNotFoundError(), ConnectionRefusedError(), None))

    def attempt() -> str | None:
        error = next(tries)
        if error is not None:
            raise error
        return "there"

    assert wait_for(attempt, what="the socket", timeout_s=5) == "there"


def test_a_program_is_ended_even_when_it_does_not_want_to(tmp_path: Path) -> None:
    stubborn = Program(
        "stubborn",
        [sys.executable, "-c", "import signal,time; signal.signal(15, 1); print(1); time.sleep(60)"],
        log=tmp_path / "log",
        cwd=tmp_path,
    )
    wait_for(lambda: stubborn.log.read_text() or None, what="its first word", timeout_s=10, programs=[stubborn])
    stubborn.end(grace_s=0.1)
    assert stubborn.process.returncode == -9


def test_a_program_does_not_outlive_whoever_started_it(tmp_path: Path) -> None:
    starter = (
        "import sys, time; from pathlib import Path; from scripts.visit.programs import Program;"
        "program = Program('child', ['sleep', '60'], log=Path(sys.argv[1]), cwd=Path('/'));"
        "print(program.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", starter, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True, cwd=PROJECT
    ) as parent:
        assert parent.stdout is not None
        child = Path("/proc") / parent.stdout.readline().strip()
        assert child.exists()
        parent.kill()
    wait_for(lambda: is_gone(child) or None, what="the child's end", timeout_s=10)


def is_gone(process: Path) -> bool:
    """Ended; where nobody collects orphans it stays as a zombie."""
    return not process.exists() or "\nState:\tZ" in (process / "status").read_text()


_values = st.recursive(
    st.text() | st.booleans() | st.integers(-(2**62), 2**62) | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), _values, max_size=4))
def test_settings_come_back_from_toml_as_they_went(table: dict[str, object]) -> None:
    assert tomllib.loads(toml_text(table)) == table


def test_the_default_visit_can_be_made() -> None:
    visit = load_visit(DEFAULT)
    assert visit.expected_window == visit.locality


def test_every_mistake_of_a_visit_is_told(tmp_path: Path) -> None:
    plan = tmp_path / "visit.toml"
    plan.write_text('item = 7\ncard = "beilin_woman"\n')
    with pytest.raises(PlanWrong, match=r"visit\.toml(.|\n)*item(.|\n)*locality(.|\n)*papers"):
        load_visit(plan)


def test_a_page_is_a_sheet_of_ours_or_a_photograph(tmp_path: Path) -> None:
    (tmp_path / "page.jpg").touch()
    assert page_source("diploma", base=tmp_path) == Sheet("diploma")
    assert page_source("page.jpg", base=tmp_path) == Photograph(tmp_path / "page.jpg")
    with pytest.raises(PlanWrong, match="no such file"):
        page_source("gone.jpg", base=tmp_path)
