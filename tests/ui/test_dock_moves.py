"""What the dock offers is what the world understands."""

from __future__ import annotations

import tempfile
from pathlib import Path

from drivers.emulators.world import World
from ui.dock.moves import in_columns, sections


def test_every_move_changes_the_state_that_lights_its_button() -> None:
    with tempfile.TemporaryDirectory(prefix="world-") as folder, World(Path(folder)) as world:
        offered = sections(world.answer({"do": "offers"}))
        moves = [move for section in offered for move in section.moves if "printed" not in move.arguments]
        for move in moves:
            world.answer({"do": move.do, **move.arguments})
            assert world.answer({"do": "state"})[move.state_key] == move.state_value, move.words


def test_two_columns_hold_everything_once() -> None:
    offered = sections({"cards": {str(n): str(n) for n in range(12)}, "sheets": {str(n): str(n) for n in range(12)}})
    columns = in_columns(offered, 2)
    assert sorted(s.title for column in columns for s in column) == sorted(s.title for s in offered)
    assert all(columns)
