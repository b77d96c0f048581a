"""What a piece of text is about, as a vector: pieces of one article are near each other.

Each pair of neighbouring Chinese characters has a vector; those of a piece are summed. ``benchmarks/train_topics.py``
learns the vectors and ``docs/topics.md`` is their card.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

BUCKETS = 1 << 16
SIZE = 32


def pair_buckets(text: str) -> npt.NDArray[np.int64]:
    """The bucket of each pair of neighbouring Chinese characters of a text, in order.

    >>> len(pair_buckets("消毒，消杀"))
    2
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    han = (codes >= 0x3400) & (codes < 0xA000)
    return buckets(codes[:-1], codes[1:])[han[:-1] & han[1:]]


def buckets(first: npt.NDArray[np.int64], second: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The bucket of pairs of code points."""
    return (((first * 0x9E3779B1) ^ (second * 0x85EBCA77)) >> 9) & (BUCKETS - 1)


@lru_cache(maxsize=1)
def load_vectors() -> npt.NDArray[np.int8]:
    """The vectors of all buckets, int8 array (buckets, size), loaded once."""
    with files("newsclean").joinpath("data/topics.npz").open("rb") as file, np.load(file) as stored:
        return np.asarray(stored["vectors"], np.int8)
