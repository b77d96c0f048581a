"""Flat files beside a work database: what is read by its number again and again, and would be slow to ask a table for."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from io import FileIO
from pathlib import Path

import numpy as np

from newsclean.corpus.candidates import agreements
from newsclean.corpus.sketch import Bool, Int64, UInt32

_NEAR = 16  # rows; two that lie nearer than this are read together with what is between them
_HELD = 1 << 15  # sketches held at once
_PAIRS_AT_ONCE = 1 << 13


class Texts:
    """Texts, one after another in UTF-8.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> texts = Texts(Path(folder.name, "texts"))
    >>> texts.append(["甲乙", "", "丙"])
    [6, 0, 3]
    >>> texts.read([6, 0], [3, 6])
    ['丙', '甲乙']
    >>> texts.close(); folder.cleanup()
    """

    def __init__(self, path: Path) -> None:
        self.file = open(path, "ab+", buffering=0)  # noqa: SIM115 - closed by `close`

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    def cut(self, size: int) -> None:
        """Drop what stands behind so many bytes: a stopped run may have left more than it has booked."""
        self.file.truncate(size)

    def append(self, texts: Sequence[str]) -> list[int]:
        """Write texts to the end, to the disk itself; returns their sizes in bytes."""
        parts = [text.encode("utf-8", "surrogatepass") for text in texts]
        _write(self.file, b"".join(parts))
        return [len(part) for part in parts]

    def read(self, begins: Sequence[int], sizes: Sequence[int]) -> list[str]:
        """The texts of these sizes that begin at these bytes."""
        out = []
        for begin, size in zip(begins, sizes, strict=True):
            self.file.seek(begin)
            out.append(_read(self.file, size).decode("utf-8", "surrogatepass"))
        return out


class Sketches:
    """Sketches, one after another, each of the same number of bins."""

    def __init__(self, path: Path, bins: int) -> None:
        self.file = open(path, "ab+", buffering=0)  # noqa: SIM115 - closed by `close`
        self.bins = bins

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    def cut(self, count: int) -> None:
        """Drop what stands behind so many sketches."""
        self.file.truncate(count * self.bins * 4)

    def append(self, sketches: UInt32) -> None:
        """Write sketches to the end, to the disk itself."""
        _write(self.file, sketches.astype("<u4").tobytes())

    def take(self, numbers: Int64) -> UInt32:
        """The sketches of these numbers, which are in ascending order, none twice."""
        out = np.empty((len(numbers), self.bins), np.uint32)
        cuts = np.flatnonzero(np.diff(numbers) > _NEAR) + 1
        for begin, end in zip([0, *cuts.tolist()], [*cuts.tolist(), len(numbers)], strict=True):
            first, last = int(numbers[begin]), int(numbers[end - 1])
            self.file.seek(first * self.bins * 4)
            run = np.frombuffer(_read(self.file, (last - first + 1) * self.bins * 4), "<u4").reshape(-1, self.bins)
            np.take(run, numbers[begin:end] - first, axis=0, out=out[begin:end], mode="clip")
        return out

    def agreeing(self, pairs: Int64, agree: int) -> Int64:
        """Keep the pairs, ordered by the first, whose sketches agree in at least ``agree`` bins."""
        kept: Bool = np.zeros(len(pairs), np.bool_)
        part = pairs[:, 1] // _HELD
        for number in np.unique(part).tolist():
            rows = np.flatnonzero(part == number)
            others, other = np.unique(pairs[rows, 1], return_inverse=True)
            theirs = self.take(others)
            for i in range(0, len(rows), _PAIRS_AT_ONCE):
                some = rows[i : i + _PAIRS_AT_ONCE]
                mine, one = np.unique(pairs[some, 0], return_inverse=True)
                met = agreements(self.take(mine).take(one, axis=0), theirs.take(other[i : i + len(some)], axis=0))
                kept[some] = met >= agree
        return pairs[kept]


class Meetings:
    """Meetings of two documents (a << 32 | b), written as they come and read in parts by the first document."""

    def __init__(self, path: Path, documents: int, parts: int, pieces: Int64 | None = None) -> None:
        self.file = open(path, "ab+", buffering=0)  # noqa: SIM115 - closed by `close`
        self.documents, self.parts = documents, parts
        self._pieces = [np.empty((0, 3), np.int64) if pieces is None else pieces]
        if pieces is None:
            self.file.truncate(0)

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    @property
    def pieces(self) -> Int64:
        """Where a piece of a part begins, and its rows: columns part, begin, rows; ordered by parts."""
        if len(self._pieces) > 1:
            pieces = np.concatenate(self._pieces)
            self._pieces = [pieces[np.argsort(pieces[:, 0], kind="stable")]]
        return self._pieces[0]

    def append(self, rows: Int64) -> None:
        """Write meetings, each to its part."""
        part = ((rows >> 32) * self.parts // self.documents).astype(np.uint16)
        counts = np.bincount(part, minlength=self.parts)
        filled = np.flatnonzero(counts)
        begins = np.cumsum(counts) - counts + self.file.seek(0, os.SEEK_END) // 8
        _write(self.file, rows.take(np.argsort(part, kind="stable")).astype("<i8").tobytes())
        self._pieces.append(np.stack([filled, begins[filled], counts[filled]], axis=1))

    def read(self, part: int, at_once: int) -> Iterator[Int64]:
        """The meetings of a part; if it has many more than so many, split such that equal ones stay together."""
        own = self.pieces[slice(*np.searchsorted(self.pieces[:, 0], [part, part + 1]))]
        splits = int(own[:, 2].sum()) // (2 * at_once) + 1
        for split in range(splits):
            rows = [np.empty(0, np.int64)]
            for begin, count in own[:, 1:].tolist():
                self.file.seek(begin * 8)
                some = np.frombuffer(_read(self.file, count * 8), "<i8")
                rows.append(some if splits == 1 else some[some % splits == split])
            yield np.concatenate(rows)


def _write(file: FileIO, data: bytes) -> None:
    file.seek(0, os.SEEK_END)
    view = memoryview(data)
    while len(view):
        view = view[file.write(view) :]
    os.fsync(file.fileno())


def _read(file: FileIO, size: int) -> bytes:
    data: bytes = file.read(size)
    while len(data) < size:
        more = file.read(size - len(data))
        if not more:
            raise EOFError(f"{file.name}: shorter than it was")
        data += more
    return data
