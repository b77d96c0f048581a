"""The flat files beside a work database say what the arrays in memory say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from newsclean.corpus import files
from newsclean.corpus.candidates import agreeing
from newsclean.corpus.files import Meetings, Sketches, Texts


def test_texts_come_back_as_they_were(tmp_path: Path) -> None:
    texts = ["甲乙\n丙", "", "a\ud800b", "𠮷野家", "x" * 100_000]
    file = Texts(tmp_path / "texts")
    sizes = [*file.append(texts[:2]), *file.append(texts[2:])]
    begins = np.cumsum([0, *sizes]).tolist()
    order = [4, 0, 3, 1, 2]
    assert file.read([begins[i] for i in order], [sizes[i] for i in order]) == [texts[i] for i in order]
    file.append(["was never booked"])
    file.cut(begins[-1])
    assert (tmp_path / "texts").stat().st_size == begins[-1]
    with pytest.raises(EOFError):
        file.read([begins[-1]], [1])
    file.close()


def test_sketches_agree_as_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_HELD", 16)
    monkeypatch.setattr(files, "_PAIRS_AT_ONCE", 7)
    rng = np.random.default_rng(4)
    sketches = rng.integers(0, 3, (100, 64)).astype(np.uint32)
    file = Sketches(tmp_path / "sketches", 64)
    file.append(sketches[:37])
    file.append(sketches[37:])
    pairs = np.unique(np.sort(rng.integers(0, 100, (400, 2)), axis=1), axis=0)
    for agree in (0, 20, 24, 65):
        assert file.agreeing(pairs, agree).tolist() == agreeing(sketches, pairs, agree).tolist()
    assert file.agreeing(pairs[:0], 3).shape == (0, 2)
    numbers = np.array([0, 3, 40, 41, 99])
    assert (file.take(numbers) == sketches[numbers]).all()
    file.close()


@pytest.mark.parametrize("at_once", [5, 10_000])
def test_meetings_are_read_part_by_part(tmp_path: Path, at_once: int) -> None:
    rng = np.random.default_rng(5)
    rows = (rng.integers(0, 50, 900) << 32) | rng.integers(50, 60, 900)
    written = Meetings(tmp_path / "meetings", 60, 7)
    for i in range(0, 900, 250):
        written.append(rows[i : i + 250])
    written.close()
    file = Meetings(tmp_path / "meetings", 60, 7, written.pieces)
    parts = [[piece.tolist() for piece in file.read(part, at_once)] for part in range(7)]
    file.close()
    assert sorted(row for part in parts for piece in part for row in piece) == sorted(rows.tolist())
    pieces = [set(piece) for part in parts for piece in part]
    assert len(pieces) == 7 if at_once > 900 else len(pieces) > 50
    assert sum(map(len, pieces)) == len(set(rows.tolist()))  # equal ones stand in one piece
    firsts = [{row >> 32 for piece in part for row in piece} for part in parts]
    assert sum(map(len, firsts)) == len(set((rows >> 32).tolist()))
