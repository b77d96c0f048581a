"""Which words two passages share, and how much that tells: pairs of characters, the rarer in news text the more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsclean.layout.names import name_weights

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

BUCKETS = 1 << 17
SHARE = 0.5  # how much of a text repeats words of its own article, against news text at large
SMALL = 30.0  # pairs of characters that a text counts as having besides its own: short ones prove little
_FIRST, _SECOND = np.uint32(2654435761), np.uint32(2246822519)


class Pairs(NamedTuple):
    """The pairs of neighbouring word characters of some texts.

    Attributes:
        buckets: a number for each pair, the same for the same characters, below :data:`BUCKETS`.
        row: the text in which each stands.
        named: whether the pair looks like the beginning of a person's name.
    """

    buckets: Ints
    row: Ints
    named: NDArray[np.bool_]


def pairs(texts: Sequence[str]) -> Pairs:
    """The pairs of neighbouring word characters in each text (spaces stand in none and divide none)."""
    joined = "".join("".join(t.split()) + "\n" for t in texts) or "\n"
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    word = _word_characters().take(codes, mode="clip")
    at = (word[:-1] & word[1:]).nonzero()[0]
    first, second = codes.take(at), codes.take(at + 1)
    buckets = (first * _FIRST + second * _SECOND) >> np.uint32(15)
    surnames, given_names = _name_characters()
    named = surnames.take(first)
    named &= given_names.take(second)
    return Pairs(buckets.astype(np.int64), (codes == 10).cumsum().take(at), named)


@lru_cache(maxsize=1)
def _word_characters() -> NDArray[np.bool_]:
    """For each character up to U+A000, and for all behind it, whether words are made of it: Han, digits, Latin letters."""
    found = np.zeros(0xA001, bool)
    for first, last in ((0x3400, 0x9FFF), (0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A)):
        found[first : last + 1] = True
    return found


@lru_cache(maxsize=1)
def _name_characters() -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether each character below U+A000 is likely as a surname, and in a given name."""
    surname, given = _name_weights()
    return surname > 2.5, given > 0.5


@lru_cache(maxsize=1)
def _name_weights() -> tuple[Floats, Floats]:
    """For each character below U+A000 its log-odds as a surname and in a given name."""
    surname, given = np.full(0xA000, -9.0), np.full(0xA000, -9.0)
    table = name_weights()
    for array, weights_of in ((surname, table.surname), (given, table.given)):
        for c, weight in weights_of.items():
            array[ord(c)] = weight
    return surname, given


def frequency(buckets: Ints) -> Floats:
    """How frequent the pairs of some buckets are in news text."""
    steps, step_of = _frequencies()
    return steps.take(step_of.take(buckets))


@lru_cache(maxsize=1)
def _frequencies() -> tuple[Floats, NDArray[np.uint8]]:
    """The steps in which frequencies are kept, and the step of each bucket."""
    with files("newsclean").joinpath("data/bigrams.npy").open("rb") as file:
        step_of = np.load(file, allow_pickle=False)
    return np.exp(np.arange(256) / -12.0), step_of


def people_in(texts: Sequence[str]) -> dict[str, list[int]]:
    """The names of persons that are said more than once, and the texts that say them."""
    found: dict[str, list[int]] = {}
    for at, text in enumerate(texts):
        for name in _name_like(text):
            found.setdefault(name, []).append(at)
    return {name: places for name, places in found.items() if len(places) > 1}


def _name_like(text: str) -> list[str]:
    """What looks like the beginning of a person's name, a surname and a character of given names, and is rare."""
    found = [text[m.start() : m.start() + 2] for m in _name_pattern().finditer(text)]
    buckets = pairs(["|".join(found)]).buckets
    return [name for name, often in zip(found, frequency(buckets).tolist(), strict=True) if often < _RARE]


_RARE = 4e-6
_LITTLE = 0.1


@lru_cache(maxsize=1)
def _name_pattern() -> re.Pattern[str]:
    first, second = ("".join(map(chr, some.nonzero()[0])) for some in _name_characters())
    return re.compile(f"[{first}](?=[{second}])")


def likeness(run: Sequence[str], target: Sequence[str]) -> float:
    """How like a passage is to another by the words they share, per pair of characters: below 0.1 is chance.

    >>> likeness(["杜勇被分配在幼儿园"], ["杜勇内心激动"]) > likeness(["杜勇被分配在幼儿园"], ["价格平稳"])
    True
    """
    there = pairs(target).buckets
    here = np.unique(pairs(run).buckets)
    shared = here[np.isin(here, there)]
    odds = np.log1p(SHARE / ((len(there) + SMALL) * frequency(shared))).sum()
    return float(odds / max(8, len(here)))


def apart(texts: Sequence[str], at: int) -> bool:
    """Whether a text, of a sentence at least, shares next to no words with those before it."""
    return len(texts[at]) > 8 and likeness([texts[at]], texts[:at]) < _LITTLE


def shared_words(run: Sequence[str], target: Sequence[str]) -> tuple[str, ...]:
    """The rarest words (pairs of characters, run on where they overlap) that two passages share."""
    there = np.unique(pairs(target).buckets)
    rarity: dict[str, float] = {}
    for text in ("".join(t.split()) for t in run):
        chars = pairs(["|".join(text[k : k + 2] for k in range(len(text) - 1))])
        # one pair between bars is one place of the text, unless punctuation stands in it
        places = [k for k in range(len(text) - 1) if _WORD.fullmatch(text, k, k + 2)]
        word = ""
        weight = 0.0
        last = -2
        often = frequency(chars.buckets)
        for k, (place, hit) in enumerate(zip(places, np.isin(chars.buckets, there).tolist(), strict=True)):
            if not hit:
                continue
            rare = -float(np.log(often[k]))
            if place == last + 1:
                word, weight = word + text[place + 1], max(weight, rare)
            else:
                rarity[word] = weight
                word, weight = text[place : place + 2], rare
            last = place
        rarity[word] = weight
    rarity.pop("", None)
    return tuple(sorted(rarity, key=lambda w: (-rarity[w], w))[:3])


_WORD = re.compile(r"[\u3400-\u9fff0-9A-Za-z]{2}")
