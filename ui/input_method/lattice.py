"""Pinyin by a lattice of words: the likeliest sentence first, then the words that may begin it, longest first.

The sentence is the path of least cost through all words that fit somewhere into the letters; a word costs the negative
logarithm of its share of all text. Letters that fall into whole syllables (the last may be unfinished) are taken so;
otherwise a syllable may be shortened to its initial (`xas`), which costs more.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ui.input_method.dictionary import Dictionary, Word
from ui.input_method.protocol import MAX_LETTERS, Candidate, Composition
from ui.input_method.syllables import BEGINNINGS, INITIALS, LONGEST, SYLLABLES, plain

MAX_CANDIDATES = 240
MAX_SYLLABLES = 8  # of one word

_ALL = 100_000
_FEW = 6  # of these one has its syllables where the apostrophes are
_SHORTENED = 2.0  # further cost of each syllable that is not written out
_UNREADABLE = 30.0
_PARSES = 6
_FIND = 300


@dataclass(frozen=True)
class _Edge:
    start: int
    end: int
    text: str
    cost: float


@dataclass(frozen=True)
class _Piece:
    """Letters of one syllable; `whole` = all of them."""

    start: int
    letters: str
    whole: bool
    readable: bool = True

    @property
    def end(self) -> int:
        return self.start + len(self.letters)


@dataclass(frozen=True)
class _Parse:
    cost: float
    pieces: tuple[_Piece, ...]


class Lattice:
    """An `InputMethod` over one dictionary."""

    def __init__(self, dictionary: Dictionary) -> None:
        self._dictionary = dictionary
        self._log_total = math.log(dictionary.total)

    def compose(self, letters: str) -> Composition:
        typed = plain(letters, limit=MAX_LETTERS)
        run, cuts = _without_apostrophes(typed)
        if not run:
            return Composition()
        parses = _parses(run, cuts)
        edges = self._edges(run, cuts, parses)
        sentence = _cheapest([*edges, *_raw(parses)], len(run))
        first = sorted((edge for edge in edges if edge.start == 0), key=lambda edge: (-edge.end, edge.cost))
        found = {edge.text: edge.end for edge in (sentence, *first[:MAX_CANDIDATES])}
        found.setdefault(run, len(run))  # the letters themselves: ICBC, a name in Latin script
        return Composition(
            typed,
            " ".join(piece.letters for piece in parses[0].pieces),
            tuple(Candidate(text, _typed_length(typed, end)) for text, end in found.items()),
        )

    def _edges(self, run: str, cuts: frozenset[int], parses: Sequence[_Parse]) -> list[_Edge]:
        edges: list[_Edge] = []
        for start, ends in _whole_spans(run, cuts, parses).items():
            words = self._dictionary.spelled([run[start:end] for end in ends], best=_FEW if start else _ALL)
            edges += [
                self._edge(word, start, start + len(word.letters), 0) for word in words if _fits(word, start, cuts)
            ]
        for pieces in _shortened_spans(parses):
            initials = "".join(piece.letters[0] for piece in pieces)
            beginning = pieces[0].letters
            words = self._dictionary.abbreviated(initials, beginning, best=_FIND if pieces[0].start == 0 else _FEW * 10)
            lacking = sum(not piece.whole for piece in pieces)
            edges += [
                self._edge(word, pieces[0].start, pieces[-1].end, lacking) for word in words if _matches(word, pieces)
            ]
        return edges

    def _edge(self, word: Word, start: int, end: int, lacking: int) -> _Edge:
        return _Edge(start, end, word.text, self._log_total - math.log(word.weight + 0.5) + lacking * _SHORTENED)


def _without_apostrophes(typed: str) -> tuple[str, frozenset[int]]:
    """The bare letters, and where in them a syllable must begin."""
    cuts, length = set(), 0
    for character in typed:
        if character == "'":
            cuts.add(length)
        else:
            length += 1
    return typed.replace("'", ""), frozenset(cuts)


def _typed_length(typed: str, end: int) -> int:
    """How much of what was typed belongs to the first `end` bare letters."""
    passed = 0
    for place, character in enumerate(typed):
        if passed == end:
            return place
        passed += character != "'"
    return len(typed)


def _is_cut(start: int, end: int, cuts: frozenset[int]) -> bool:
    return any(start < cut < end for cut in cuts)


def _pieces_at(run: str, start: int, cuts: frozenset[int]) -> list[tuple[float, _Piece]]:
    """Every way to take one syllable from here, with its cost."""
    ways = []
    for end in range(start + 1, min(len(run), start + LONGEST) + 1):
        letters = run[start:end]
        if _is_cut(start, end, cuts):
            break
        if letters in SYLLABLES:
            ways.append((1.0, _Piece(start, letters, whole=True)))
        if letters in INITIALS:
            ways.append((2.2, _Piece(start, letters, whole=False)))
        elif letters in BEGINNINGS - SYLLABLES and (end == len(run) or end in cuts):
            ways.append((1.5, _Piece(start, letters, whole=False)))
    return ways or [(9.0, _Piece(start, run[start], whole=False, readable=False))]


def _parses(run: str, cuts: frozenset[int]) -> list[_Parse]:
    """The likeliest ways to cut the letters into syllables, best first; always at least one."""
    best: list[list[_Parse]] = [[] for _ in range(len(run) + 1)]
    best[0] = [_Parse(0.0, ())]
    for start in range(len(run)):
        best[start] = sorted(best[start], key=lambda parse: parse.cost)[:_PARSES]
        for cost, piece in _pieces_at(run, start, cuts):
            best[piece.end] += [_Parse(parse.cost + cost, (*parse.pieces, piece)) for parse in best[start]]
    parses = sorted(best[-1], key=lambda parse: parse.cost)[:_PARSES]
    tidy = [parse for parse in parses if all(piece.whole for piece in parse.pieces[:-1])]
    return tidy or parses


def _raw(parses: Sequence[_Parse]) -> list[_Edge]:
    """Letters that stand for themselves where no word fits, so that there is always a sentence."""
    return [_Edge(p.start, p.end, p.letters, _UNREADABLE) for parse in parses for p in parse.pieces]


def _whole_spans(run: str, cuts: frozenset[int], parses: Sequence[_Parse]) -> dict[int, list[int]]:
    """Start -> ends of all runs of one to `MAX_SYLLABLES` whole syllables, from wherever a syllable may begin."""
    ends_at = [
        [
            end
            for end in range(start + 1, min(len(run), start + LONGEST) + 1)
            if run[start:end] in SYLLABLES and not _is_cut(start, end, cuts)
        ]
        for start in range(len(run))
    ]
    starts = {piece.start for parse in parses for piece in parse.pieces}
    for start in range(len(run)):
        if start in starts:
            starts.update(ends_at[start])
    spans = {}
    for start in sorted(starts - {len(run)}):
        reached: set[int] = set()
        front = {start}
        for _ in range(MAX_SYLLABLES):
            front = {end for place in front if place < len(run) for end in ends_at[place]}
            reached |= front
        if reached:
            spans[start] = sorted(reached)
    return spans


def _shortened_spans(parses: Iterable[_Parse]) -> set[tuple[_Piece, ...]]:
    """Runs of syllables of which at least one is not written out."""
    runs = {
        parse.pieces[start:end]
        for parse in parses
        for start in range(len(parse.pieces))
        for end in range(start + 1, min(len(parse.pieces), start + MAX_SYLLABLES) + 1)
    }
    return {
        pieces
        for pieces in runs
        if all(piece.readable for piece in pieces) and not all(piece.whole for piece in pieces)
    }


def _fits(word: Word, start: int, cuts: frozenset[int]) -> bool:
    """Does a syllable of the word begin at each apostrophe inside it."""
    inside = {cut - start for cut in cuts if start < cut < start + len(word.letters)}
    if inside:
        place = 0
        for syllable in word.syllables.split():
            place += len(syllable)
            inside.discard(place)
    return not inside


def _matches(word: Word, pieces: Sequence[_Piece]) -> bool:
    return all(
        syllable == piece.letters if piece.whole else syllable.startswith(piece.letters)
        for syllable, piece in zip(word.syllables.split(), pieces, strict=True)
    )


def _cheapest(edges: Sequence[_Edge], length: int) -> _Edge:
    """The path of least cost over all letters, as one edge. There is one: every piece may stand for itself."""
    costs = [0.0, *[math.inf] * length]
    texts = [""] * (length + 1)
    for edge in sorted(edges, key=lambda edge: (edge.start, edge.end)):
        cost = costs[edge.start] + edge.cost
        if cost < costs[edge.end]:
            costs[edge.end], texts[edge.end] = cost, texts[edge.start] + edge.text
    return _Edge(0, length, texts[length], costs[length])
