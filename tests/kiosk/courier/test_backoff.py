from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.courier.backoff import Backoff


def test_the_longest_wait_doubles_up_to_the_cap_and_starts_anew_after_success() -> None:
    backoff = Backoff(base_s=1, cap_s=10, random=lambda: 1.0)
    assert [backoff.failed() for _ in range(6)] == [1, 2, 4, 8, 10, 10]
    backoff.succeeded()
    assert backoff.failed() == 1


@given(st.floats(0, 1), st.integers(1, 5000))
def test_the_wait_lies_anywhere_between_nothing_and_the_cap(chance: float, failures: int) -> None:
    backoff = Backoff(base_s=1, cap_s=300, random=lambda: chance)
    waits = [backoff.failed() for _ in range(failures)]
    assert all(0 <= wait <= 300 for wait in waits)
    if failures > 9:
        assert waits[-1] == chance * 300
