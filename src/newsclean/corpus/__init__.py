"""Deduplicate whole corpora: sketch, find candidates, verify, group.

>>> from newsclean.corpus import dedupe
>>> dedupe(["今天白天多云转晴，气温回升。", "今天白天多云转晴，气温回升"]).kept
[0]
"""

from newsclean.corpus.dedupe import dedupe
from newsclean.corpus.inputs import InputError
from newsclean.corpus.result import Counts, Dropped, Pair, Place, Result, SharedPart
from newsclean.corpus.spans import SharedSpan, shared_spans

__all__ = [
    "Counts",
    "Dropped",
    "InputError",
    "Pair",
    "Place",
    "Result",
    "SharedPart",
    "SharedSpan",
    "dedupe",
    "shared_spans",
]
