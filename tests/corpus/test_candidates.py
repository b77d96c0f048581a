from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsclean.corpus import candidates as module
from newsclean.corpus.candidates import agreeing, candidates

SKETCHES = st.integers(0, 14).flatmap(
    lambda n: st.lists(st.lists(st.integers(1, 4), min_size=8, max_size=8), min_size=n, max_size=n)
)


def slow(rows: list[list[int]], shared: int, crowd: int) -> tuple[list[list[int]], int, int, int]:
    met: Counter[tuple[int, int]] = Counter()
    crowded = standing = 0
    for band in range(8):
        buckets: dict[int, list[int]] = {}
        for doc, row in enumerate(rows):
            buckets.setdefault(row[band], []).append(doc)
        for docs in buckets.values():
            if len(docs) > crowd:
                crowded += 1
                standing += len(docs)
                met.update((docs[0], d) for d in docs[1:])
            else:
                met.update(combinations(docs, 2))
    return sorted([a, b] for (a, b), n in met.items() if n >= shared), sum(met.values()), crowded, standing


@given(SKETCHES, st.integers(1, 3), st.integers(2, 8))
def test_against_slow_buckets(rows: list[list[int]], shared: int, crowd: int) -> None:
    found = candidates(np.array(rows, np.uint32).reshape(-1, 8), 8, shared=shared, crowd=crowd)
    pairs, met, crowded, standing = slow(rows, shared, crowd)
    assert found.pairs.tolist() == pairs
    assert (found.rows, found.crowded, found.crowded_documents) == (met, crowded, standing)


@given(SKETCHES, st.integers(1, 3))
@settings(max_examples=30)
def test_parts_do_not_show(rows: list[list[int]], shared: int) -> None:
    sketches = np.array(rows, np.uint32).reshape(-1, 8)
    for crowd in (2, 5):
        whole = candidates(sketches, 8, shared=shared, crowd=crowd)
        kept, module._ROWS_AT_ONCE = module._ROWS_AT_ONCE, 3
        try:
            assert candidates(sketches, 8, shared=shared, crowd=crowd).pairs.tolist() == whole.pairs.tolist()
        finally:
            module._ROWS_AT_ONCE = kept


def test_counting_before_sorting_loses_no_pair() -> None:
    rng = np.random.default_rng(1)
    sketches = rng.integers(0, 40, (600, 8)).astype(np.uint32) + 1
    expected = slow(sketches.tolist(), 2, 100)[0]
    assert candidates(sketches, 8, shared=2).pairs.tolist() == expected


def test_a_crowd_costs_no_more_than_a_star(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ROWS_AT_ONCE", 1000)
    parts: list[int] = []
    real = module.shared_rows
    monkeypatch.setattr(module, "shared_rows", lambda rows, shared: (parts.append(len(rows)), real(rows, shared))[1])
    sketches = np.ones((5000, 8), np.uint32)
    found = candidates(sketches, 8, crowd=100)
    assert found.rows == 8 * 4999
    assert found.pairs.tolist() == [[0, i] for i in range(1, 5000)]
    assert max(parts) <= 1008  # never all meetings of the crowd at once


@given(SKETCHES, st.integers(0, 8))
def test_agreeing(rows: list[list[int]], agree: int) -> None:
    pairs = np.array(list(combinations(range(len(rows)), 2)), np.int64).reshape(-1, 2)
    kept = agreeing(np.array(rows, np.uint32).reshape(-1, 8), pairs, agree).tolist()
    assert kept == [
        [a, b] for a, b in pairs.tolist() if sum(x == y for x, y in zip(rows[a], rows[b], strict=True)) >= agree
    ]
