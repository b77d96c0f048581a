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

LEAST = 16.5  # evidence at which a repair is carried out, about in log-odds
UNUSED = 10.0  # the same for characters that GB 2312 does not have, which simplified text uses in names alone
GUESS = 9.0  # and at which it is suggested
WORD = 0.5  # what each doubling adds by which the other character's pair with a neighbour is better known
KNOWN = 5  # log2(1 + count) of such a pair


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


def rare_characters(text: str, least: float = LEAST) -> Iterator[Edit]:
    """Rare characters that stand for common ones of like shape, where the language model is sure of the other.

    A character that the page has more than once is taken to be meant, and so is one in a word that has it rightly.

    Args:
        text: a page or any piece of it.
        least: the evidence that a repair needs, about in log-odds.

    >>> rare_characters_step("切实维护社会稔定，减轾群众负担")
    '切实维护社会稳定，减轻群众负担'
    >>> rare_characters_step("桃李不言，五谷丰稔")
    '桃李不言，五谷丰稔'
    """
    asked: list[tuple[int, str, int, list[int]]] = []
    for m in rare().finditer(text):
        place = m.start()
        left = "".join(text[max(0, place - 3 * SIDE) : place].split())[-SIDE:].rjust(SIDE, "\n")
        right = "".join(text[place + 1 : place + 1 + 3 * SIDE].split())[:SIDE].ljust(SIDE, "\n")
        row = [ord(c) for c in left + m[0] + right]
        seen = pairs_known(m[0], left[-1], right[0])
        for new in doubles()[m[0]]:
            known = pairs_known(new, left[-1], right[0])
            if max(known) >= KNOWN:
                asked.append((place, new, max(known[0] - seen[0], known[1] - seen[1]), row))
    if not asked:
        return
    rows, others = np.array([row for *_, row in asked]), np.array([ord(new) for _, new, *_ in asked])
    best: dict[int, tuple[float, float, str]] = {}
    for (place, new, word, _), odds in zip(asked, load().swap_odds(rows, others).tolist(), strict=True):
        best[place] = max(best.get(place, (0.0, 0.0, "")), (odds, odds + WORD * word, new))
    for place, (odds, speaks, new) in best.items():
        if speaks >= GUESS:
            near = max(0, place - PAGE), place + PAGE
            needed = least if text[place].encode("gb2312", "ignore") else min(least, UNUSED)
            sure = speaks >= needed and text.count(text[place], *near) == 1 and not kept(text, place)
            reason = f"{text[place]} is rare and looks like {new}, which fits here (log-odds {odds:.1f})"
            yield Edit(place, place + 1, new, "rare_characters", Level.LIKELY if sure else Level.GUESS, reason)


rare_characters_step = Step("rare_characters", rare_characters)
