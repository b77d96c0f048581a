"""The n-grams of the language model, learned: classes of characters, estimates, pruning, and the table without keys."""

from __future__ import annotations

import unicodedata
from collections import Counter
from itertools import pairwise
from typing import Any, NamedTuple

import click
import numpy as np
import numpy.typing as npt
import opencc
from language_text import Document

from newsclean.ngrams import (
    BACKOFF,
    BITS,
    BOUNDARY,
    NOTHING,
    ORDER,
    OTHER,
    RARE_HAN,
    Ints,
    Words,
    mix,
    pack,
    places,
    proof,
)

Floats = npt.NDArray[np.float64]

CODE_POINTS = 0x20001  # the last one stands for every code point from U+20000 on


def folded() -> list[str]:
    """Give for each code point the character it is counted as: narrow, simplified, its kind for digits and letters."""
    quotes = {"「": "“", "」": "”", "『": "‘", "』": "’", "〝": "“", "〞": "”", "﹃": "‘", "﹄": "’"}
    result = []
    for point in range(0x20000):
        char = chr(point)
        narrow = unicodedata.normalize("NFKC", char) if not 0xD800 <= point < 0xE000 else char
        char = narrow if len(narrow) == 1 else char
        kind = unicodedata.category(char)
        if char in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029":
            char = "\n"
        elif char.isspace():
            char = " "
        elif kind == "Nd":
            char = "0"
        elif kind[0] == "L" and "LATIN" in unicodedata.name(char, ""):
            char = "a"
        result.append(quotes.get(char, char))
    han = [c for c in dict.fromkeys(result) if is_han(c)]
    simplified = opencc.OpenCC("t2s").convert("\n".join(han)).split("\n")
    to_simplified = {t: s for t, s in zip(han, simplified, strict=True) if len(s) == 1}
    return [to_simplified.get(char, char) for char in result]


def is_han(char: str) -> bool:
    """Tell Chinese characters, the rare ones among them."""
    return "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or char >= "\U00020000"


def classes_of(documents: list[Document], least: int = 3) -> tuple[npt.NDArray[np.uint16], Floats]:
    """Give each code point its class, and each class ln of the number of characters that share it."""
    fold = folded()
    counts: Counter[str] = Counter()
    for document in documents:
        for text in (document.title, *document.paragraphs):
            counts.update(text)
    folded_counts: Counter[str] = Counter()
    for char, count in counts.items():
        if ord(char) < 0x20000:
            folded_counts[fold[ord(char)]] += count
    known = [c for c, n in sorted(folded_counts.items(), key=lambda item: (-item[1], item[0])) if n >= least]
    known = [c for c in known if c not in "\n\0"][: (1 << BITS) - 4]
    number = {c: i for i, c in enumerate(known, 4)} | {"\n": BOUNDARY, "\0": NOTHING}
    table = np.array([number.get(c, RARE_HAN if is_han(c) else OTHER) for c in fold] + [RARE_HAN], np.uint16)
    shared = np.zeros(len(known) + 4)
    shared[[RARE_HAN, OTHER]] = np.log(10_000)
    shared[number["0"]], shared[number["a"]] = np.log(10), np.log(26)
    return table, shared


def fold(table: npt.NDArray[np.uint16], text: str) -> Ints:
    """Give the class of each character, as the model does."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return table[np.minimum(points, CODE_POINTS - 1)].astype(np.int64)


class Grams(NamedTuple):
    """The n-grams of one order, sorted, as numbers with the last class in the lowest bits."""

    keys: Ints
    counts: Ints
    log_prob: Floats
    parent: Ints  # where the n-gram without its first class stands among those of the order below
    context: Ints  # where the n-gram without its last class stands there


def count(stream: Ints, order: int) -> tuple[Ints, Ints]:
    """Count the n-grams of a stream of classes that have no boundary within them."""
    columns = [stream[i : len(stream) - order + 1 + i] for i in range(order)]
    whole = np.ones(len(columns[0]), np.bool_)
    for column in columns[1:-1]:
        whole &= column != BOUNDARY
    if order == 2:
        whole &= (columns[0] != BOUNDARY) | (columns[1] != BOUNDARY)
    key = np.zeros(int(whole.sum()), np.int64)
    for column in columns:
        key = key << BITS | column[whole]
    return np.unique(key, return_counts=True)


def estimate(stream: Ints, classes: int) -> list[Grams]:
    """Estimate ln P of every n-gram by interpolated modified absolute discounting."""
    counts = np.bincount(stream, minlength=classes) + 0.5
    counts[NOTHING] = 0.5
    none = np.zeros(0, np.int64)
    grams = [Grams(np.arange(classes), counts, np.log(counts / counts.sum()), none, none)]
    for order in range(2, ORDER + 1):
        below = grams[-1]
        keys, counts = count(stream, order)
        parent = np.searchsorted(below.keys, keys & ((1 << BITS * (order - 1)) - 1))
        context = np.searchsorted(below.keys, keys >> BITS)
        n = [np.count_nonzero(counts == i) for i in range(5)]
        y = n[1] / (n[1] + 2 * n[2])
        discounts = np.array([0, 1 - 2 * y * n[2] / n[1], 2 - 3 * y * n[3] / n[2], 3 - 4 * y * n[4] / n[3]])
        discount = discounts[np.minimum(counts, 3)]
        total = np.bincount(context, counts, len(below.keys))
        rest = np.bincount(context, discount, len(below.keys))
        prob = (counts - discount + rest[context] * np.exp(below.log_prob[parent])) / total[context]
        grams.append(Grams(keys, counts, np.log(prob), parent, context))
        click.echo(f"{order}-grams: {len(keys):,}, discounts {discounts[1:].round(2)}")
    return grams


def prune(grams: list[Grams], budget: int) -> list[npt.NDArray[np.bool_]]:
    """Keep the n-grams that add most to the likelihood, with those at their start and end, within a number of keys."""
    gains = [g.counts * (g.log_prob - lower.log_prob[g.parent]) for lower, g in pairwise(grams)]
    low, high = 0.0, 50.0
    for _ in range(12):
        least = (low + high) / 2
        kept: list[npt.NDArray[np.bool_]] = [np.abs(gain) > least for gain in gains]
        for order in range(len(kept) - 1, 0, -1):
            g = grams[order + 1]
            kept[order - 1][g.parent[kept[order]]] = True
            kept[order - 1][g.context[kept[order]]] = True
        size = sum(int(k.sum()) for k in kept)
        size += sum(len(np.unique(grams[i + 1].context[kept[i]])) for i in range(1, len(kept)))
        low, high = (least, high) if size > budget else (low, least)
    click.echo(f"least gain {least:.2f}, kept {[int(k.sum()) for k in kept]}, {size:,} keys of {budget:,}")
    return kept


def code(values: Floats) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.float32]]:
    """Quantise to 64 values by Lloyd's method, begun halfway between even quantiles and even steps."""
    middles = ((np.arange(64) + 0.5) / 64 * len(values)).astype(np.int64)
    levels = (np.sort(values)[middles] + np.linspace(values.min(), values.max(), 64)) / 2
    for _ in range(30):
        nearest = np.searchsorted((levels[1:] + levels[:-1]) / 2, values)
        total = np.bincount(nearest, minlength=64)
        levels = np.sort(np.where(total, np.bincount(nearest, values, 64) / np.maximum(total, 1), levels))
    return np.searchsorted((levels[1:] + levels[:-1]) / 2, values).astype(np.uint16), levels.astype(np.float32)


def tabulate(grams: list[Grams], kept: list[npt.NDArray[np.bool_]]) -> tuple[Words, npt.NDArray[np.uint16], Any, Any]:
    """Give keys and codes of all gains and back-off weights, the values of the codes, and the weights of one class."""
    keys, codes = [], []
    values = np.zeros((16, 64), np.float32)
    single = np.zeros(len(grams[0].keys))
    for order in range(2, ORDER + 1):
        g, lower, keep = grams[order - 1], grams[order - 2], kept[order - 2]
        below = lower.log_prob[g.parent[keep]]
        context = g.context[keep]
        left = 1 - np.bincount(context, np.exp(g.log_prob[keep]), len(lower.keys))
        left_below = 1 - np.bincount(context, np.exp(below), len(lower.keys))
        backoff = np.log(np.maximum(left, 1e-4)) - np.log(np.maximum(left_below, 1e-4))
        found, levels = code(g.log_prob[keep] - below)
        keys.append(pack(unpack(g.keys[keep], order), order))
        codes.append(found)
        values[order] = levels
        if order == 2:
            single = backoff
        else:
            contexts = np.unique(context)
            found, levels = code(backoff[contexts])
            keys.append(pack(unpack(lower.keys[contexts], order - 1), BACKOFF + order - 1))
            codes.append(found)
            values[BACKOFF + order - 1] = levels
    return np.concatenate(keys), np.concatenate(codes), values, single


def unpack(keys: Ints, order: int) -> list[Ints]:
    """Give the columns of n-grams kept as numbers."""
    return [keys >> BITS * (order - 1 - i) & (1 << BITS) - 1 for i in range(order)]


def fuse(keys: Words, codes: npt.NDArray[np.uint16]) -> tuple[npt.NDArray[np.uint16], list[int]]:
    """Build the table: slots such that the three of each key combine to its proof and its code.

    Keys that own a place alone are taken out, round by round, and written back in reverse.
    """
    segment = 1 << min(18, int(np.log(len(keys)) / np.log(3.33) + 2.25))
    capacity = int(len(keys) * max(1.125, 0.875 + 0.25 * np.log(1e6) / np.log(len(keys))))
    segments = max(1, -(-capacity // segment) - 2)
    hashed = mix(keys)
    spots = np.stack(places(hashed, segment, segments))
    owners = np.bincount(spots.ravel(), minlength=segment * (segments + 2))
    who = np.zeros(len(owners), np.int64)
    numbers = np.arange(len(keys))
    for row in spots:
        np.bitwise_xor.at(who, row, numbers)
    rounds = []
    alone = np.flatnonzero(owners == 1)
    while len(alone):
        items, first = np.unique(who[alone], return_index=True)
        rounds.append((items, alone[first]))
        for row in spots[:, items]:
            np.subtract.at(owners, row, 1)
            np.bitwise_xor.at(who, row, items)
        touched = np.unique(spots[:, items])
        alone = touched[owners[touched] == 1]
    if sum(len(items) for items, _ in rounds) < len(keys):
        raise click.ClickException("the table did not close: give it more room")
    slots = np.zeros(len(owners), np.uint16)
    wanted = proof(hashed) << np.uint16(6) | codes
    for items, own in reversed(rounds):
        one, two, three = spots[:, items]
        slots[own] = 0
        slots[own] = wanted[items] ^ slots[one] ^ slots[two] ^ slots[three]
    return slots, [segment, segments]
