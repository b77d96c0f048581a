"""Characters that newspapers hardly use, in the place of common ones of like shape: 社会稔定 for 社会稳定.

An engine that does not know a character takes the one most like it, however rare. What is so rare makes pairs that have
never been seen, rightly used or not, so that these characters are judged by what would stand in their place: one that
makes a well-known pair with a neighbour, and that the language model is sure of.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from importlib.resources import files

import numpy as np

from newsclean.edits import Edit, Level
from newsclean.language import load
from newsclean.rules.confusables import PAGE, SIDE, kept, pairs_known
from newsclean.steps import Step

__all__ = ["rare_characters", "rare_characters_step"]

LEAST = 17.0  # evidence at which a repair is carried out, about in log-odds
UNUSED = 10.0  # the same for characters that GB 2312 does not have, which simplified text uses in names alone
GUESS = 9.0  # and at which it is suggested
WORD = 0.5  # what each doubling adds by which the other character's pair with a neighbour is better known
_PLACES = frozenset("县镇乡村州江河溪水山岭湖岛")  # what is named with rare characters most of all
KNOWN = 5  # log2(1 + count) of such a pair
LIMIT, LIMIT_A_GAIN = 5.0, 1.5  # above it, and so much a doubling of the gain, the log-odds of no repair in the tests are
GAIN = 5  # and by how much its pairs with both neighbours must be better known together
_REACH = 3 * SIDE  # so far off its neighbours may stand


@functools.cache
def doubles() -> dict[str, str]:
    """Rare characters, and for each the common ones of like shape.

    >>> "稳" in doubles()["稔"]
    True
    """
    table = (files("newsclean") / "data" / "rare_doubles.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return dict(rows)


@functools.cache
def rare() -> re.Pattern[str]:
    """What gives occasion to the step."""
    return re.compile(f"[{''.join(doubles())}]")


def rare_characters(text: str, least: float = LEAST, level: Level = Level.GUESS) -> Iterator[Edit]:
    """Rare characters that stand for common ones of like shape, where the language model is sure of the other.

    A character that the page has more than once is taken to be meant, and so is one in a word that has it rightly.

    Args:
        text: a page or any piece of it.
        least: the evidence that a repair needs, about in log-odds.
        level: what is below this level is not looked for, which is faster.

    >>> rare_characters_step("切实维护社会稔定，减轾群众负担")
    '切实维护社会稳定，减轻群众负担'
    >>> rare_characters_step("桃李不言，五谷丰稔")
    '桃李不言，五谷丰稔'
    """
    asked: list[tuple[int, str, int]] = []
    rows: list[list[int]] = []
    done_only = level > Level.GUESS
    for m in rare().finditer(text):
        place = m.start()
        before, behind = text[place - 1 : place], text[place + 1 : place + 2]
        if before.isspace() or behind.isspace() or not (before and behind):  # a line's end, or a space within a word
            before = text[max(0, place - _REACH) : place].rstrip()[-1:] or "\n"
            behind = text[place + 1 : place + 1 + _REACH].lstrip()[:1] or "\n"
        better = _better_known(m[0], before, behind, _needed(m[0], least) if done_only else None)
        if not better or (done_only and _meant(text, place)):
            continue
        left = "".join(text[max(0, place - _REACH) : place].split())[-SIDE:].rjust(SIDE, "\n")
        right = "".join(text[place + 1 : place + 1 + _REACH].split())[:SIDE].ljust(SIDE, "\n")
        row = [ord(c) for c in left + m[0] + right]
        for new, word in better:
            asked.append((place, new, word))
            rows.append(row)
    if not asked:
        return
    best: dict[int, tuple[float, float, str]] = {}
    all_odds = load().swap_odds(np.array(rows), np.array([ord(new) for _, new, _ in asked])).tolist()
    for (place, new, word), odds in zip(asked, all_odds, strict=True):
        best[place] = max(best.get(place, (0.0, 0.0, "")), (odds, odds + WORD * word, new))
    for place, (odds, speaks, new) in best.items():
        if speaks >= GUESS:
            sure = speaks >= _needed(text[place], least) and not _meant(text, place)
            reason = f"{text[place]} is rare and looks like {new}, which fits here (log-odds {odds:.1f})"
            yield Edit(place, place + 1, new, "rare_characters", Level.LIKELY if sure else Level.GUESS, reason)


@functools.lru_cache(1 << 13)
def _better_known(character: str, before: str, behind: str, needed: float | None) -> tuple[tuple[str, int], ...]:
    """The doubles that make a well-known pair with a neighbour, and by how much it is better known.

    Args:
        character: a rare character.
        before, behind: its neighbours.
        needed: leave out doubles for which there cannot be so much evidence.
    """
    alike = doubles()[character]
    seen, *known = pairs_known(character + alike, before, behind)
    better = []
    for new, (one, two) in zip(alike, known, strict=True):
        word, gain = max(one - seen[0], two - seen[1]), one + two - seen[0] - seen[1]
        if max(one, two) >= KNOWN and gain >= GAIN:
            if needed is None or LIMIT + LIMIT_A_GAIN * gain + WORD * word >= needed:
                better.append((new, word))
    return tuple(better)


def _needed(character: str, least: float) -> float:
    """The evidence that the repair of a character needs."""
    return least if character.encode("gb2312", "ignore") else min(least, UNUSED)


def _meant(text: str, place: int) -> bool:
    """Whether the page has the character again, it stands in a word that has it rightly, or a place is named with it."""
    c = text[place]
    if text[place + 1 : place + 2] in _PLACES or kept(text, place):
        return True
    return text.find(c, place + 1, place + PAGE) >= 0 or text.rfind(c, max(0, place - PAGE), place) >= 0


rare_characters_step = Step("rare_characters", rare_characters)
