"""Sketch documents: character n-grams, hashed in batches over UTF-16, kept as one-permutation MinHash.

Everything works on a batch of texts at once and on plain numpy arrays. No words, no white space: Chinese has none to
split at. White space and punctuation are left out before the n-grams are cut, because they are what line breaks and
OCR engines change most; digits stay, because two notices that differ only in their numbers are two.

Sources: A. Broder, "On the resemblance and containment of documents" (1997); P. Li, A. Owen, C.-H. Zhang,
"One permutation hashing" (2012); A. Shrivastava, "Optimal densification for fast and accurate minwise hashing" (2017).
"""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from newsclean.rules.opencc_tables import VariantsUnavailable, simplified_characters

UInt8 = npt.NDArray[np.uint8]
UInt16 = npt.NDArray[np.uint16]
UInt32 = npt.NDArray[np.uint32]
UInt64 = npt.NDArray[np.uint64]
Int64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]

NGRAM = 5
"""Characters in an n-gram: long enough to be rare, short enough to stand between two misread characters."""

BATCH_CHARACTERS = 1 << 17
"""Characters hashed at once: the arrays of a batch stay in the processor's cache."""

EMPTY = np.uint32(0xFFFFFFFF)
_M1, _M2, _M3 = np.uint32(0x9E3779B1), np.uint32(0x85EBCA77), np.uint32(0xC2B2AE3D)
_MIX1, _MIX2 = np.uint32(0x85EBCA6B), np.uint32(0xC2B2AE35)


@cache
def _fold_table() -> UInt16:
    """For each UTF-16 unit the unit it is compared as; 0: left out (white space, controls, punctuation)."""
    table = np.arange(1 << 16, dtype=np.uint16)
    for code in range(1 << 16):
        char = chr(code)
        if 0xD800 <= code < 0xE000:  # halves of characters beyond the basic plane stay as they are
            continue
        folded = chr(code - 0xFEE0) if 0xFF01 <= code <= 0xFF5E else char
        folded = folded.lower() if len(folded.lower()) == 1 else folded
        dropped = unicodedata.category(folded)[0] in "ZCP" and folded not in ".%"
        table[code] = 0 if dropped else ord(folded)
    try:
        for old, new in simplified_characters().items():
            table[ord(old)] = ord(new)
    except VariantsUnavailable as error:
        warnings.warn(f"copies in the other script will not be found: {error}", stacklevel=2)
    return table


@dataclass(frozen=True)
class Encoded:
    """A batch of texts as they are compared: one array of UTF-16 units, and where each text begins.

    Text ``i`` is ``codes[starts[i]:starts[i + 1]]``.
    """

    codes: UInt16
    starts: Int64

    def __len__(self) -> int:
        return len(self.starts) - 1


def encode(texts: Sequence[str]) -> Encoded:
    """Fold a batch of texts to what is compared.

    Full width becomes half, upper case lower, a traditional character the simplified one; no spaces or punctuation.

    >>> batch = encode(["Ａ 座，\\n3.5％", "門"])
    >>> batch.codes.tobytes().decode("utf-16-le"), batch.starts.tolist()
    ('a座3.5%门', [0, 6, 7])
    """
    joined = "".join(texts)
    raw = joined.encode("utf-16-le", "surrogatepass")
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    if len(raw) != 2 * len(joined):  # characters beyond the basic plane take two units
        lengths = np.array([len(t.encode("utf-16-le", "surrogatepass")) // 2 for t in texts], np.int64)
    folded = _fold_table().take(np.frombuffer(raw, np.dtype("<u2")).astype(np.intp))  # numpy is slow with other indices
    kept = folded != 0
    starts = np.zeros(len(texts) + 1, np.int64)
    filled = np.flatnonzero(lengths)
    if len(filled):
        ends = np.cumsum(lengths)
        counts = np.add.reduceat(kept, (ends - lengths)[filled], dtype=np.int64)
        starts[filled + 1] = counts
        np.cumsum(starts, out=starts)
    return Encoded(folded[kept], starts)


def places(text: str) -> Int64:
    """For each unit of ``encode([text])`` the character of the text that it stands for.

    >>> places("甲，𠮷 乙").tolist()
    [0, 2, 2, 4]
    """
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.dtype("<u2"))
    kept = np.flatnonzero(_fold_table().take(units.astype(np.intp)))
    if len(units) == len(text):
        return kept
    wide = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.dtype("<u4")) > 0xFFFF
    return np.repeat(np.arange(len(text)), 1 + wide).take(kept)


def hash_ngrams(codes: UInt16) -> UInt32:
    """Hash the n-gram that begins at each unit; one value fewer than ``NGRAM`` at the end.

    The same characters give the same value everywhere, on every machine.

    >>> h = hash_ngrams(encode(["一二三四五六，一二三四五"]).codes)
    >>> len(h), bool(h[0] == h[6])
    (7, True)
    """
    if len(codes) < NGRAM:
        return np.empty(0, np.uint32)
    wide = codes.astype(np.uint32)
    two = wide[:-1] * _M1
    two += wide[1:]
    four = two[:-2] * _M2
    four += two[2:]
    h: UInt32 = four[:-1]
    h *= _M3
    h += wide[4:]
    h ^= h >> np.uint32(16)
    h *= _MIX1
    h ^= h >> np.uint32(13)
    h *= _MIX2
    h ^= h >> np.uint32(16)
    return h


def batches(texts: Sequence[str], characters: int = BATCH_CHARACTERS) -> Iterator[tuple[int, int]]:
    """Cut a sequence of texts into runs of about so many characters; a text is never cut.

    >>> list(batches(["一二三", "四", "五六"], characters=3))
    [(0, 1), (1, 3)]
    """
    first = size = 0
    for i, text in enumerate(texts):
        size += len(text)
        if size >= characters:
            yield first, i + 1
            first, size = i + 1, 0
    if first < len(texts):
        yield first, len(texts)


def sketch(
    texts: Sequence[str], bins: int = 64, *, also: Callable[[Encoded, UInt32], None] | None = None
) -> UInt32:
    """Sketch texts by one-permutation MinHash with optimal densification.

    Each n-gram falls into one of ``bins`` bins by its hash; a bin keeps its smallest value; an empty bin borrows from
    another that is chosen by a fixed hash, the same for every text. The share of bins in which two sketches agree
    estimates the Jaccard similarity of the texts' n-gram sets. A text shorter than an n-gram counts as one n-gram.

    Args:
        texts: the documents.
        bins: a power of two, 8 to 4096.
        also: called with each batch and the hashes of its n-grams, so that nothing has to be hashed again.

    Returns:
        An array of shape (len(texts), bins). A text without a character to compare gets a row of 0xFFFFFFFF.

    >>> a, b, c = sketch(["市政府昨日召开会议部署防汛工作", "市政府昨日召开会议，\\n部署防汛工作", "今天多云转晴"])
    >>> float((a == b).mean()), float((a == c).mean())
    (1.0, 0.0)
    """
    if bins < 8 or bins > 4096 or bins & (bins - 1):
        raise ValueError(f"bins must be a power of two from 8 to 4096, not {bins}")
    keep_freed_memory()
    out = np.full((len(texts), bins), EMPTY, np.uint32)
    for first, last in batches(texts):
        batch = encode(texts[first:last])
        values = hash_ngrams(batch.codes)
        _sketch_batch(batch, values, out[first:last])
        if also:
            also(batch, values)
    return out


def keep_freed_memory() -> None:
    """Have the arrays of one batch reuse the memory of the last one's.

    The C library of Linux gives large blocks back to the system and asks for them anew, page after page, until it has
    seen a larger one come and go. Elsewhere this does nothing; the array is never touched and takes no memory.
    """
    np.empty(16 << 20, np.uint8)


def _sketch_batch(batch: Encoded, values: UInt32, out: UInt32) -> None:
    count, bins = out.shape
    lengths = np.diff(batch.starts)
    if len(values):
        place = np.repeat(np.arange(count, dtype=np.int64) * bins, lengths)[: len(values)]
        place += (values * _M1) >> np.uint32(32 - (bins.bit_length() - 1))
        # n-grams that run over the end of a text belong to none: they go to a place behind the last
        over = (batch.starts[1:, None] - np.arange(1, NGRAM)).ravel()
        over = over[(over >= 0) & (over < len(values))]
        place[over] = count * bins
        flat = np.full(count * bins + 1, EMPTY, np.uint32)
        np.minimum.at(flat, place, values)
        out[:] = flat[:-1].reshape(count, bins)
    for i in np.flatnonzero((lengths > 0) & (lengths < NGRAM)):
        padded = np.zeros(NGRAM, np.uint16)
        padded[: lengths[i]] = batch.codes[batch.starts[i] : batch.starts[i + 1]]
        out[i] = hash_ngrams(padded)[0]
    _densify(out)


def _densify(out: UInt32) -> None:
    """Fill empty bins in place, each from a filled bin of its row, found by the bin's own fixed sequence of tries."""
    filled = out != EMPTY
    row, column = np.nonzero(~filled & filled.any(axis=1)[:, None])
    source = out.copy() if len(row) else out
    column_hash = (column.astype(np.uint32) + np.uint32(1)) * _M1
    tries = 0
    while len(row):
        tries += 1
        pick = column_hash + np.uint32(tries * int(_M3) & 0xFFFFFFFF)
        pick ^= pick >> np.uint32(15)
        pick *= _MIX1
        pick ^= pick >> np.uint32(13)
        pick &= np.uint32(out.shape[1] - 1)
        good = filled[row, pick]
        out[row[good], column[good]] = source[row[good], pick[good]]
        row, column, column_hash = row[~good], column[~good], column_hash[~good]


def bands(sketches: UInt32, count: int, rows: int = 1) -> UInt64:
    """Turn sketches into band keys: documents that share a key are candidates.

    Band ``i`` is made of the bins ``i * rows`` up to ``(i + 1) * rows``; its key holds the band's number, so that keys
    of different bands never meet.

    Args:
        sketches: an array of shape (documents, bins).
        count: number of bands; ``count * rows`` must not exceed the bins.
        rows: bins in a band. 1 finds the most; 2 keeps buckets small in corpora of more than about 10**8 documents.

    Returns:
        An array of shape (documents, count) of 63-bit keys (they fit a signed BIGINT). 0 stands for no key.

    >>> bands(sketch(["市政府昨日召开会议", ""]), count=4).astype(bool).tolist()
    [[True, True, True, True], [False, False, False, False]]
    """
    if count < 1 or rows < 1 or count * rows > sketches.shape[1]:
        raise ValueError(f"{count} bands of {rows} bins do not fit a sketch of {sketches.shape[1]} bins")
    columns = sketches[:, : count * rows].reshape(len(sketches), count, rows).astype(np.uint64)
    keys = columns[:, :, 0].copy()
    for i in range(1, rows):
        keys *= np.uint64(0x9E3779B97F4A7C15)
        keys ^= keys >> np.uint64(29)
        keys += columns[:, :, i]
    number = np.arange(1, count + 1, dtype=np.uint64)
    if rows == 1:
        keys |= number << np.uint64(32)
    else:
        keys = (keys ^ (number * np.uint64(0xC2B2AE3D27D4EB4F))) & np.uint64((1 << 63) - 1)
    keys[sketches[:, 0] == EMPTY] = 0
    return keys
