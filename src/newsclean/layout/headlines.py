"""Headlines whose lines an engine took apart: it put the banner or kicker between them.

Engines sort what they read by the upper or lower edges of the print. A small banner beside a large headline of two
lines so comes to stand between these: 全市种子展销会吸引各地农 · 图说新闻 · 民踊跃参加. The two lines run on,
the one between does not.
"""

from __future__ import annotations

import numpy as np

from newsclean.layout.corrections import block_end
from newsclean.layout.lines import Floats, Lines
from newsclean.layout.model import Readings
from newsclean.layout.table import Array
from newsclean.page import KINDS

_TITLES = np.array([kind in ("banner", "kicker", "headline", "subtitle") for kind in KINDS])
_BANNER, _KICKER, _HEADLINE = (KINDS.index(kind) for kind in ("banner", "kicker", "headline"))
_SURE = 3.0
_LIKELY = 1.0
"""Log-odds of the junction from which two lines run on, and by which they do so more readily than with the one between;
less of the one takes more of the other. Of 113 headlines taken apart on pages that were read, 84 are found so, beside 13
wrong ones in 1,677 places."""
_CUT = 4.0
"""Log-odds of a junction from which two title lines are of one headline: so high are 1 in 100 between a kicker and its
headline, more than half between the lines of one headline."""
_UNLIKE = -3.0
"""The same where the characters around the break stand side by side elsewhere on the page."""
_BEGINS = "—-─【《〖[（("  # how no second line of a headline begins


def join_cut(readings: Readings, lines: Lines, junction: Floats, whole: Array) -> None:
    """Make one headline of two title lines between which a word is cut, whatever they were read as.

    Args:
        readings: what the model says of the lines; changed in place.
        lines: the page's lines.
        junction: for each line the log-odds that it runs on from the line before, a float32 array (n,).
        whole: for each line whether the characters around the break before it stand side by side elsewhere on the page.
    """
    running = _TITLES.take(readings.kinds) & (readings.kinds != _BANNER)
    cut = (junction > _CUT) | (whole & (junction > _UNLIKE))
    for k in ((running[1:] & running[:-1] & ~readings.continues[1:] & cut[1:]).nonzero()[0] + 1).tolist():
        if lines.string(k)[:1] in _BEGINS:
            continue
        first = k - 1
        # a headline is one already, from its beginning: of many lines joined one by one none is gone over again
        while first and readings.kinds[first] != _HEADLINE and readings.continues[first]:
            if readings.kinds[first - 1] != readings.kinds[first]:
                break
            first -= 1
        readings.kinds[first : block_end(readings, k)] = _HEADLINE
        readings.continues[k] = True


def rejoin(readings: Readings, lines: Lines, junction: Floats, over: Floats, across: Array) -> None:
    """Give a headline back its second line where a banner or kicker stands between.

    Args:
        readings: what the model says of the lines; changed in place.
        lines: the page's lines.
        junction: for each line the log-odds that it runs on from the line before, a float32 array (n,).
        over: the same, that it runs on from the line before that.
        across: for each line whether its first characters and the last ones of the line before the one before it stand
            side by side elsewhere on the page.
    """
    title = _TITLES.take(readings.kinds)
    whole = (title[:-2] & title[1:-1] & title[2:] & (readings.kinds[:-2] != _BANNER)).nonzero()[0]
    between = np.maximum(junction[whole + 1], junction[whole + 2])
    whole = whole[between < _SURE]
    for k in whole.tolist():
        if lines.string(k + 2)[:1] in _BEGINS:
            continue
        runs_on = over[k + 2]
        between_odds = max(junction[k + 1], junction[k + 2])
        again = across[k + 2] and readings.kinds[k] == _HEADLINE and runs_on > max(between_odds, 0)
        more = runs_on - between_odds
        if again or (runs_on > _LIKELY and more > _SURE and runs_on + more > 2 * _SURE):
            if readings.kinds[k] != _HEADLINE:
                readings.kinds[k], readings.continues[k] = _HEADLINE, False
            if readings.kinds[k + 1] not in (_BANNER, _KICKER):
                readings.kinds[k + 1] = _KICKER
            readings.continues[k + 1] = False
            if readings.kinds[k + 2] != _HEADLINE and (readings.kinds[k + 3 : k + 4] == readings.kinds[k + 2]).any():
                readings.continues[k + 3 : k + 4] = False  # what ran on from the second line has lost its beginning
            readings.kinds[k + 2], readings.continues[k + 2] = _HEADLINE, True
