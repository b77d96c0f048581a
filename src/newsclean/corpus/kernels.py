"""The kernels as Arrow functions: record batches in, record batches out. DuckDB and Spark call the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from newsclean.corpus.groups import damage, size
from newsclean.corpus.settings import Preset
from newsclean.corpus.sketch import UInt32, bands, sketch
from newsclean.corpus.verify import Pairs, verify

SKETCHES = pa.schema(
    [("doc", pa.int64()), ("sketch", pa.binary()), ("size", pa.int64()), ("damage", pa.int64()),
     ("band_keys", pa.list_(pa.int64()))]
)  # fmt: skip
PAIRS = pa.schema(
    [("a", pa.int64()), ("b", pa.int64()), ("jaccard", pa.float64()), ("containment", pa.float64()),
     ("similarity", pa.float64()), ("verdict", pa.int8())]
)  # fmt: skip


def sketch_batch(docs: Sequence[int], texts: Sequence[str], settings: Preset) -> pa.RecordBatch:
    """Sketch documents: sketch as bytes, band keys, and what the keep policies look at."""
    sketches = sketch(texts, settings.bins)
    keys = bands(sketches, settings.bands).view(np.int64)
    filled = keys[:, 0] != 0 if len(keys) else np.empty(0, np.bool_)
    offsets = np.concatenate([[0], np.cumsum(np.where(filled, settings.bands, 0))]).astype(np.int32)
    return pa.record_batch(
        [
            pa.array(docs, pa.int64()),
            pa.array([row.tobytes() for row in sketches.astype("<u4")], pa.binary()),
            pa.array([size(t) for t in texts], pa.int64()),
            pa.array([damage(t) for t in texts], pa.int64()),
            pa.ListArray.from_arrays(pa.array(offsets), pa.array(keys[filled].ravel())),
        ],
        schema=SKETCHES,
    )


def unpack_sketches(column: pa.Array) -> UInt32:
    """Sketches from a column of bytes, one row each."""
    if not len(column):
        return np.empty((0, 1), np.uint32)
    joined = b"".join(column.to_pylist())
    return np.frombuffer(joined, "<u4").reshape(len(column), -1)


def agreement(a: pa.Array, b: pa.Array) -> pa.Array:
    """For pairs of sketches the number of bins in which they agree."""
    if isinstance(a, pa.ChunkedArray):
        a, b = a.combine_chunks(), b.combine_chunks()
    return pa.array((unpack_sketches(a) == unpack_sketches(b)).sum(axis=1), pa.int32())


def pairs_table(pairs: Pairs) -> pa.Table:
    """Verified pairs as an Arrow table."""
    return pa.table([getattr(pairs, name) for name in Pairs.COLUMNS], schema=PAIRS)


def verify_batch(batch: pa.RecordBatch, settings: Preset) -> pa.Table:
    """Verify candidates given with their texts: columns a, b, text_a, text_b."""
    a, b = (np.asarray(batch.column(i), np.int64) for i in (0, 1))
    text = dict(zip(a.tolist(), batch.column(2).to_pylist(), strict=True))
    text.update(zip(b.tolist(), batch.column(3).to_pylist(), strict=True))
    numbers, local = np.unique(np.stack([a, b], axis=1), return_inverse=True)
    found = verify([text[n] for n in numbers.tolist()], local.reshape(-1, 2), alignment=settings.alignment, least=settings.least)
    found.a, found.b = numbers[found.a], numbers[found.b]
    return pairs_table(found)
