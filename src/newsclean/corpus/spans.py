"""Which passages two documents share, as spans of their own texts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from newsclean.corpus.sketch import NGRAM, Int64, UInt16, encode, hash_ngrams

_BRIDGE = 16  # characters; a stretch of misreadings this long does not cut a passage in two
_SHORTEST = 8  # characters; a shared turn of phrase is no passage


class SharedSpan(NamedTuple):
    """``a[a_start:a_end]`` and ``b[b_start:b_end]`` are the same passage, but for misread characters."""

    a_start: int
    a_end: int
    b_start: int
    b_end: int


def _positions(text: str) -> tuple[UInt16, Int64]:
    """Units that are compared, and the character of the text that each stands for."""
    characters = [encode([c]).codes for c in text] if not text.isascii() and max(text) > "\uffff" else None
    if characters is not None:
        sizes = np.array([len(c) for c in characters])
        return np.concatenate(characters), np.repeat(np.arange(len(text)), sizes)
    marked = encode(list(text))
    return marked.codes, np.flatnonzero(np.diff(marked.starts))


def shared_spans(a: str, b: str) -> list[SharedSpan]:
    """Find the passages that two texts share, in the order of the second; moved passages are found as well.

    >>> a, b = "昨日开会。今天下雨，水位上涨三米，城外的路已经断了。", "水位上涨三米，\\n城外的路已经断了！"
    >>> [(a[s.a_start:s.a_end], b[s.b_start:s.b_end]) for s in shared_spans(a, b)]
    [('水位上涨三米，城外的路已经断了', '水位上涨三米，\\n城外的路已经断了')]
    """
    (codes_a, at_a), (codes_b, at_b) = _positions(a), _positions(b)
    hashes_a, hashes_b = hash_ngrams(codes_a), hash_ngrams(codes_b)
    if not len(hashes_a) or not len(hashes_b):
        same = len(codes_a) > 0 and np.array_equal(codes_a, codes_b)
        return [SharedSpan(int(at_a[0]), int(at_a[-1]) + 1, int(at_b[0]), int(at_b[-1]) + 1)] if same else []
    values, first = np.unique(hashes_a, return_index=True)
    near = np.minimum(np.searchsorted(values, hashes_b), len(values) - 1)
    hits = np.flatnonzero(values[near] == hashes_b)
    runs: list[list[int]] = []  # first and last n-gram in a, first and last in b
    for j, i in zip(hits.tolist(), first[near[hits]].tolist(), strict=True):
        if runs:
            run = runs[-1]
            step_a, step_b = i - run[1], j - run[3]
            if 0 < step_a <= _BRIDGE + NGRAM and 0 < step_b <= _BRIDGE + NGRAM:
                run[1], run[3] = i, j
                continue
        runs.append([i, i, j, j])
    last = NGRAM - 1
    return [
        SharedSpan(int(at_a[i]), int(at_a[k + last]) + 1, int(at_b[j]), int(at_b[m + last]) + 1)
        for i, k, j, m in runs
        if m + NGRAM - j >= min(_SHORTEST, len(codes_a), len(codes_b))
    ]
