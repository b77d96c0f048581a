"""Passages that stand twice on a page.

In the order in which they build on each other: `passages` finds what two places have in common, `boundaries` knows
where lines and sentences end, `alignment` compares the two readings sign by sign, `rows`, `halves`, `overlaps` and
`strips` read pages that were scanned in strips, `copies` judges which of two is a copy, and `finding` drops it.
"""

from newsclean.repeats.copies import Repeat
from newsclean.repeats.finding import drop_duplicates, find_repeats

__all__ = ["Repeat", "drop_duplicates", "find_repeats"]
