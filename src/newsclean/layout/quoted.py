"""Title lines that stand word for word in the text below: subtitles.

A subtitle is often a clause of the story: 副题 切实保护投资者权益, and the story has …，切实保护投资者权益。 Engines do not see
the dashes before it, nor its smaller type, and what is left looks like the headline's next line. But of the lines in which
a headline runs on 1 in 20 to 1 in 50 is such a clause, of headlines' first lines 1 in 8, of such subtitles nearly all.
"""

from __future__ import annotations

import re
from itertools import accumulate

import numpy as np

from newsclean.layout.lines import Floats, Lines
from newsclean.page import KINDS

RUNS_ON, BEGINS = 2.5, 1.8
"""What is taken from the scores of a headline's next line and of its first one, natural logarithms of those shares."""
DASH = 4.0  # what is taken more where a dash, or a stroke for which it was taken, stands before the clause
NEAR = 3.0  # log-odds by which a headline may be less likely than another title and still be asked about
ABOVE = 1.0  # and by which the line above may be
_CLAUSE = re.compile("[-—─~·一]*(.{6,30}?)[。，]?")  # what engines make of the dashes left out
_MARKS = str.maketrans(dict.fromkeys("，。；：！？、“”‘’…（）《》—", "|"))
_DASHES = re.compile("^[—─]{2}.{4,30}$", re.MULTILINE)
_BEFORE, _BEHIND = 2_000, 6_000  # characters around a line in which its clause is looked for
_HEADLINE, _KICKER, _NEXT = KINDS.index("headline"), KINDS.index("kicker"), KINDS.index("headline") + len(KINDS)


def weigh_quoted(scores: Floats, lines: Lines) -> None:
    """Take from the scores of headlines where a line, or it and the next one, is a clause of the page's running text.

    Where the page has dashes before its subtitles nothing is done: a line without them is none.

    Args:
        scores: how well each label fits each line, a float32 array (n, 2 k); changed in place.
        lines: the page's lines, n of them.
    """
    best = scores.max(axis=1)
    above = scores[:, [_KICKER, _HEADLINE, _NEXT]].max(axis=1) > best - ABOVE
    near = scores[:, [_HEADLINE, _NEXT]].max(axis=1) > best - NEAR
    asked = np.flatnonzero(above[:-1] & near[1:]) + 1
    if not len(asked) or _DASHES.search(lines.text):
        return
    strings = [line.replace(" ", "") for line in lines.strings()]
    text, marked = "".join(strings), ""
    starts = list(accumulate(map(len, strings), initial=0))
    for k in asked.tolist():
        around = max(0, starts[k] - _BEFORE), starts[k] + _BEHIND
        for size in (1, 2):
            clause = _CLAUSE.fullmatch("".join(strings[k : k + size]))
            words = clause[1].translate(_MARKS) if clause else ""
            if not clause or text.count(words.partition("|")[0], *around) < 2:  # the line itself is one
                continue
            marked = marked or text.translate(_MARKS)
            if marked.find(f"|{words}|", *around) >= 0:
                dash = DASH * (clause.start(1) > 0)
                scores[k : k + size, _NEXT] -= RUNS_ON + dash
                scores[k, _HEADLINE] -= BEGINS + dash
                break
