"""Stories of fingers and keys on a real stage: `python tests/ui/touch_stories.py --out FILE`.

Its own process, because Kivy has one window. The result: story -> "" or what went wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

STORIES: dict[str, Callable[[Any], None]] = {}


def story(function: Callable[[Any], None]) -> Callable[[Any], None]:
    STORIES[function.__name__] = function
    return function


class Hands:
    """Fingers and keys on the exhibit's stage."""

    def __init__(self, exhibit: Any) -> None:
        self.exhibit = exhibit
        self.stage = exhibit.stage

    def show(self, name: str, **changes: Any) -> None:
        from ui.gallery import states

        state = next(state for state in states() if state.name == name)
        self.exhibit.sent.clear()
        self.exhibit.show(state, **changes)
        self.wait()

    def wait(self) -> None:
        """Until the stage takes touches again."""
        import time

        end = time.monotonic() + 5
        while self.stage.is_locked and time.monotonic() < end:
            self.exhibit.draw()
        assert not self.stage.is_locked

    def at(self, identifier: str) -> tuple[float, float]:
        from ui.focus import controls_of

        shown = self.stage.overlay or self.stage.screen
        control = next(c for c in controls_of(shown) if c.choice.id == identifier)
        return tuple(control.to_window(*control.center))  # type: ignore[return-value]  # Kivy has no types

    def down(self, place: tuple[float, float]) -> Any:
        from kivy.tests.common import UnitTestTouch

        touch = UnitTestTouch(*place)
        touch.touch_down()
        return touch

    def tap(self, identifier: str) -> None:
        touch = self.down(self.at(identifier))
        touch.touch_up()

    @property
    def sent(self) -> list[Any]:
        """Events sent, without the signs of life."""
        from kiosk.events import StayTapped

        return [event for event in self.exhibit.sent if not isinstance(event, StayTapped)]


@story
def a_touch_sends_what_the_control_stands_for(hands: Hands) -> None:
    from kiosk.events import ConsentGiven

    hands.show("consent")
    hands.tap("consent.agree")
    assert hands.sent == [ConsentGiven()], hands.sent


@story
def a_second_finger_does_nothing(hands: Hands) -> None:
    from kiosk.events import ConsentGiven

    hands.show("consent")
    first = hands.down(hands.at("consent.agree"))
    second = hands.down(hands.at("tool.large"))
    second.touch_up()
    first.touch_up()
    assert hands.sent == [ConsentGiven()], hands.sent


@story
def a_finger_that_slides_off_does_not_press(hands: Hands) -> None:
    hands.show("consent")
    touch = hands.down(hands.at("consent.agree"))
    touch.touch_move(10, 900)
    touch.touch_up()
    assert hands.sent == [], hands.sent


@story
def a_double_tap_reaches_the_old_screen_only(hands: Hands) -> None:
    from kiosk.events import ConsentGiven
    from ui.gallery import states

    hands.show("consent")
    following = next(state for state in states() if state.name == "review").session

    def send(event: Any) -> None:
        hands.exhibit.sent.append(event)
        if isinstance(event, ConsentGiven):
            hands.exhibit.session = following

    hands.exhibit.send = send
    try:
        place = hands.at("consent.agree")
        for _ in range(2):
            hands.down(place).touch_up()
            hands.exhibit.settle(draw=False)  # laid out, so that the new screen could be hit, and not yet drawn
        assert hands.stage.name == "review"
        assert hands.sent == [ConsentGiven()], hands.sent
    finally:
        del hands.exhibit.send


@story
def a_disabled_button_sends_nothing(hands: Hands) -> None:
    from ui.widgets.buttons import PrimaryButton

    hands.show("sign.empty")
    button = next(w for w in hands.stage.screen.walk() if isinstance(w, PrimaryButton))
    hands.down(tuple(button.to_window(*button.center))).touch_up()
    assert hands.sent == [], hands.sent


@story
def nobody_signs_before_the_last_page_of_the_review_was_shown(hands: Hands) -> None:
    from kiosk.events import Reviewed

    hands.show("review")
    hands.tap("review.more")
    assert hands.sent == [], hands.sent
    hands.exhibit.settle()
    hands.tap("review.sign")
    assert hands.sent == [Reviewed()], hands.sent
    hands.tap("review.list.previous")  # seen is seen
    hands.exhibit.settle()
    hands.tap("review.sign")
    assert hands.sent == [Reviewed(), Reviewed()], hands.sent


@story
def a_touch_anywhere_wakes_the_machine(hands: Hands) -> None:
    from kiosk.events import Woken

    hands.show("attract")
    hands.down((500, 1000)).touch_up()
    assert hands.sent == [Woken()], hands.sent


@story
def keys_write_into_the_field_and_are_sent_together(hands: Hands) -> None:
    from kiosk.events import AnswerGiven

    hands.show("form.phone_empty")
    for digit in "13900001234":
        hands.tap(f"field.key.{digit}")
        hands.exhibit.settle(draw=False)
    assert hands.stage.screen.view.shown == "139 0000 1234", hands.stage.screen.view.shown
    hands.tap("field.key.5")  # the field is full
    hands.tap("field.next")
    assert hands.sent == [AnswerGiven("phone", "13900001234")], hands.sent


@story
def what_was_typed_is_gone_when_the_visit_is_another(hands: Hands) -> None:
    hands.show("form.phone_empty")
    hands.tap("field.key.1")
    hands.exhibit.session = hands.exhibit.session.with_(number=2)
    hands.stage.refresh()
    assert hands.stage.screen.view.shown == "", "typed text of the citizen before"


@story
def larger_text_keeps_the_signature(hands: Hands) -> None:
    from kiosk.session import Modes

    hands.show("sign.drawn")
    before = hands.stage.screen.ids.pad.strokes
    hands.exhibit.session = hands.exhibit.session.with_(modes=Modes(large_text=True))
    hands.stage.refresh()
    assert hands.stage.screen.ids.pad.strokes == before
    assert hands.stage.screen.view.frame.primary.enabled


@story
def a_signature_is_sent_in_units_of_the_field(hands: Hands) -> None:
    from kiosk.events import Signed

    hands.show("sign.empty")
    pad = hands.stage.screen.ids.pad
    touch = hands.down((pad.x + pad.width * 0.25, pad.top - pad.width * 0.1))
    touch.touch_move(pad.x + pad.width * 0.75, pad.top - pad.width * 0.1)
    touch.touch_up()
    hands.exhibit.settle(draw=False)
    hands.tap("sign.done")
    (signed,) = hands.sent
    assert isinstance(signed, Signed)
    ((start, end),) = signed.signature.strokes
    assert max(abs(a - b) for a, b in zip((*start, *end), (0.25, 0.1, 0.75, 0.1), strict=True)) < 0.01


@story
def writing_again_empties_the_field(hands: Hands) -> None:
    hands.show("sign.drawn")
    hands.tap("sign.again")
    hands.exhibit.settle(draw=False)
    assert hands.stage.screen.ids.pad.empty
    assert not hands.stage.screen.view.frame.primary.enabled


@story
def help_opens_over_the_step_and_closes_again(hands: Hands) -> None:
    hands.show("consent")
    hands.tap("tool.help")
    assert hands.stage.name == "help"
    hands.wait()
    hands.tap("help.close")
    assert hands.stage.name == "consent"
    assert hands.sent == []


@story
def the_way_out_asks_before_it_erases(hands: Hands) -> None:
    from kiosk.events import LeaveTapped

    hands.show("consent")
    hands.tap("consent.refuse")
    assert hands.stage.name == "leave"
    hands.wait()
    assert hands.sent == []
    hands.tap("leave.leave")
    assert hands.sent == [LeaveTapped()], hands.sent


@story
def the_idle_question_takes_every_touch(hands: Hands) -> None:
    from kiosk.events import StayTapped

    hands.show("idle.late")
    hands.down((60, 60)).touch_up()  # where the back button lies below the veil
    assert hands.exhibit.sent == [], hands.exhibit.sent
    hands.tap("idle.stay")
    assert hands.exhibit.sent == [StayTapped()], hands.exhibit.sent


@story
def a_touch_that_presses_nothing_is_a_sign_of_life(hands: Hands) -> None:
    from kiosk.events import StayTapped

    hands.stage._noted_s = 0.0
    hands.show("consent")
    hands.down((540, 500)).touch_up()
    assert hands.exhibit.sent == [StayTapped()], hands.exhibit.sent


@story
def the_keypad_moves_and_confirms(hands: Hands) -> None:
    from kiosk.events import BackTapped

    hands.show("consent")
    hands.stage.on_key("tab")
    assert hands.stage.ring.target.choice.id == "back"
    hands.stage.on_key("enter")
    assert hands.sent == [BackTapped()], hands.sent
    hands.stage.on_key("up")
    assert hands.stage.ring.target.choice.id == "consent.agree"
    assert not hands.stage.on_key("f1")


@story
def a_page_is_opened_moved_and_closed(hands: Hands) -> None:
    from kiosk.events import PageMoved

    hands.show("papers.page")
    assert hands.stage.name == "page"
    hands.tap("page.earlier")
    assert hands.sent == [PageMoved(2, -1)], hands.sent
    hands.tap("page.close")
    assert hands.stage.name == "papers.household_register", hands.stage.name


@story
def lists_turn_their_pages(hands: Hands) -> None:
    from ui.focus import controls_of

    hands.show("item.all")
    first = [c.choice.id for c in controls_of(hands.stage.screen) if c.kind == "row"]
    hands.tap("item.list.next")
    hands.exhibit.settle(draw=False)
    second = [c.choice.id for c in controls_of(hands.stage.screen) if c.kind == "row"]
    assert first
    assert second
    assert not set(first) & set(second)


@story
def a_second_button_makes_the_first_one_narrower(hands: Hands) -> None:
    from ui.gallery import states

    hands.show("papers.empty")
    alone = hands.stage.screen.ids.bottom.children[0].width
    hands.exhibit.session = next(state for state in states() if state.name == "papers.good").session
    hands.stage.refresh()
    hands.exhibit.settle(draw=False)
    primary, _, secondary = hands.stage.screen.ids.bottom.children[:3]
    assert primary.width + secondary.width < alone, (primary.width, secondary.width, alone)


@story
def every_character_of_a_name_is_seen_in_the_review(hands: Hands) -> None:
    """Two names that differ in one character look different, whatever font has it, or none: never a box, never less."""
    from dataclasses import replace

    import numpy as np

    from ui.gallery import states
    from ui.widgets.words import Words

    def drawn(name: str) -> bytes:
        given = next(state for state in states() if state.name.startswith("review"))
        identity = given.session.dossier.identity
        assert identity is not None
        named = replace(identity, card=replace(identity.card, name=name))
        session = replace(given.session, dossier=replace(given.session.dossier, identity=named))
        hands.exhibit.show(replace(given, session=session))
        [words] = [
            widget
            for widget in hands.stage.screen.walk()
            if isinstance(widget, Words) and widget.words.startswith(f"{name}  ")
        ]
        pixels = np.frombuffer(words.texture.pixels, np.uint8).reshape(words.texture.height, words.texture.width, 4)
        right = int(np.flatnonzero(pixels[..., 3].any(axis=0))[-1])
        assert abs(words.natural_width() - right) < words.font_size / 4, "lines are broken by another width"
        return bytes(words.texture.pixels)

    for pair in ("𬀩𬀫", "𠀀𠀁", "𪚥𪚤", "𰀀𰀁", "\ue000\ue001"):
        pictures = [drawn(f"吴{character}明") for character in pair]
        assert pictures[0] != pictures[1], f"{pair!r} look alike"
        assert pictures[0] != drawn("吴明")


def _secrets_alive(*secrets: str) -> list[str]:
    """Strings that hold what was typed, wherever an object of the program still refers to them."""
    import gc

    gc.collect()
    found = []
    for holder in gc.get_objects():
        if type(holder) in (dict, list, tuple, set):  # isinstance would ask weak proxies for what they stand for
            held = [*holder.keys(), *holder.values()] if type(holder) is dict else holder
            found += [text for text in held if isinstance(text, str) and any(s in text for s in secrets)]
    return found


@story
def pinyin_becomes_words_and_is_sent_as_words(hands: Hands) -> None:
    from kiosk.events import AnswerGiven

    hands.show("form.text")
    hands.tap("field.key.clear")
    for letter in "gongshangyinh":
        hands.tap(f"field.key.{letter}")
        hands.exhibit.settle(draw=False)
    assert not hands.stage.screen.view.frame.primary.enabled
    hands.tap("field.candidate.1")
    hands.exhibit.settle(draw=False)
    assert hands.stage.screen.view.shown == "工商", hands.stage.screen.view.shown
    hands.tap("field.key.space")
    hands.tap("field.next")
    assert hands.sent == [AnswerGiven("bank_name", "工商银行")], hands.sent


@story
def further_words_are_behind_an_arrow(hands: Hands) -> None:
    from ui.focus import controls_of

    hands.show("form.composing")

    def offered() -> list[str]:
        return [c.choice.id for c in controls_of(hands.stage.screen) if c.choice.id.startswith("field.candidate.")]

    first = offered()
    hands.tap("field.candidates.next")
    hands.exhibit.settle(draw=False)
    assert not set(first) & set(offered())
    hands.tap("field.key.delete")
    hands.exhibit.settle(draw=False)
    assert offered()[0] == "field.candidate.0", "other letters begin with the best word again"


@story
def the_search_follows_every_letter(hands: Hands) -> None:
    from kiosk.events import QueryChanged

    hands.show("item.all")
    for letter in "jz":
        hands.tap(f"search.key.{letter}")
        hands.exhibit.settle(draw=False)
    hands.tap("search.candidate.0")
    hands.exhibit.settle(draw=False)
    hands.tap("search.key.z")
    assert hands.sent == [QueryChanged(q) for q in ("j", "jz", "居住", "居住 z")], hands.sent


@story
def the_switch_types_latin_letters(hands: Hands) -> None:
    from kiosk.events import AnswerGiven

    hands.show("form.text")
    hands.tap("field.key.clear")
    hands.tap("field.key.toggle")
    for letter in "icbc":
        hands.tap(f"field.key.{letter}")
        hands.exhibit.settle(draw=False)
    hands.tap("field.next")
    assert hands.sent == [AnswerGiven("bank_name", "icbc")], hands.sent


@story
def nothing_typed_is_left_after_the_wipe(hands: Hands) -> None:
    from ui.gallery import states

    hands.show("form.text")
    hands.tap("field.key.clear")
    for letter in "yinhang":
        hands.tap(f"field.key.{letter}")
        hands.exhibit.settle(draw=False)
    hands.tap("field.key.8")
    for letter in "gongsha":
        hands.tap(f"field.key.{letter}")
        hands.exhibit.settle(draw=False)
    hands.exhibit.draw()
    assert hands.stage.screen.view.shown == "银行8"
    hands.exhibit.sent.clear()
    wiped = next(state for state in states() if state.name == "attract").session
    hands.exhibit.session = wiped.with_(number=hands.exhibit.session.number + 1)
    hands.stage.refresh()
    hands.exhibit.settle()
    assert hands.stage.name == "attract"
    assert hands.stage._local == {}, hands.stage._local
    left = _secrets_alive("银行8", "gongsha", "gong sha")
    assert not left, left


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()

    from ui.gallery import PANELS, Exhibit

    hands = Hands(Exhibit(PANELS["portrait"]))
    told = {}
    for name, function in STORIES.items():
        try:
            function(hands)
            told[name] = ""
        except Exception:
            told[name] = traceback.format_exc()
    options.out.write_text(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    sys.exit(main())
