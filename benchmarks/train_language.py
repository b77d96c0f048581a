"""Learn the language model from text: ``python benchmarks/train_language.py TEXT... [--measure TEXT...]``.

TEXT is a file, or a folder of files, named .jsonl, .jsonl.xz or .txt. A record of .jsonl has "paragraphs" (a list of
strings) or "text", and may have a "title"; in .txt each line is a paragraph. The model is written beside the package's
code; the same input gives the same bytes. ``--measure`` prints the figures of docs/language-model.md, on text that must
not be among the training text.
"""

from __future__ import annotations

import io
import json
import lzma
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import click
import numpy as np
import numpy.typing as npt
import opencc

from newsclean.language import REACH, TITLE_LENGTH, LanguageModel
from newsclean.network import BEGINS, ENDS, TITLE, edge_keys, title_keys
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

TARGET = Path(__file__).parents[1] / "src" / "newsclean" / "data" / "language.npz"
Floats = npt.NDArray[np.float64]

CODE_POINTS = 0x20001  # the last one stands for every code point from U+20000 on
SLOTS_IN_TABLE = 3_540_000
WEIGHTS = 1 << 17
HELD = 20  # one document in twenty is kept from the counts, to fit the junction's weights on


class Document(NamedTuple):
    """A title, which may be empty, and its paragraphs."""

    title: str
    paragraphs: list[str]


# -- reading ---------------------------------------------------------------------------------------------------------


def read(paths: Iterable[Path]) -> Iterator[Document]:
    """Give the documents of files and folders, in the order of their names."""
    for path in paths:
        if path.is_dir():
            yield from read(sorted(p for p in path.rglob("*") if p.name.endswith((".jsonl", ".jsonl.xz", ".txt"))))
            continue
        with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
            if path.suffix == ".txt":
                yield Document("", [line.strip() for line in lines if line.strip()])
                continue
            for line in lines:
                record = json.loads(line)
                paragraphs = record.get("paragraphs") or record.get("text", "").split("\n")
                title = record.get("title") or ""
                yield Document(title.strip(), [p.strip() for p in paragraphs if p.strip()])


def unrepeated(documents: Iterable[Document]) -> list[Document]:
    """Drop titles and paragraphs that stood before, so that boilerplate does not count twice."""
    seen: set[str] = {""}
    kept = []
    for document in documents:
        title = "" if document.title in seen else document.title
        paragraphs = [p for p in dict.fromkeys(document.paragraphs) if p not in seen]
        seen.update([title, *paragraphs])
        kept.append(Document(title, paragraphs))
    return kept


# -- classes of characters -------------------------------------------------------------------------------------------


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


# -- n-grams ---------------------------------------------------------------------------------------------------------


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


# -- linear parts ----------------------------------------------------------------------------------------------------


def logistic(features: Words, truth: npt.NDArray[np.bool_], generator: np.random.Generator) -> tuple[Any, float, float]:
    """Learn weights for hashed keys (0: no key), by logistic regression with AdaGrad, averaged; give int8 and unit."""
    slots = (mix(features) >> np.uint64(65 - WEIGHTS.bit_length())).view(np.int64)
    weights, squares, average = np.zeros(WEIGHTS), np.full(WEIGHTS, 1.0), np.zeros(WEIGHTS)
    bias, steps = 0.0, 0
    for epoch in range(EPOCHS):
        shuffled = generator.permutation(len(truth))
        for start in range(0, len(truth), 4096):
            part = shuffled[start : start + 4096]
            used = slots[part]
            odds = weights[used].sum(1) + bias
            wrong = truth[part] - 1 / (1 + np.exp(-odds))
            slope = np.bincount(used.ravel(), np.repeat(wrong, used.shape[1]), WEIGHTS)
            slope[0] = 0
            touched = np.flatnonzero(slope)
            slope = slope[touched] - SHRINK * weights[touched]
            squares[touched] += slope**2
            weights[touched] += RATE * slope / np.sqrt(squares[touched])
            bias += RATE * wrong.mean()
        if epoch >= EPOCHS // 2:
            average += weights
            steps += 1
    average /= steps
    unit = min(np.abs(average).max() / 127, 6 / 127)
    return np.clip((average / unit).round(), -127, 127).astype(np.int8), unit, bias


def cuts(documents: list[Document], generator: np.random.Generator, each: int = 1) -> list[tuple[str, str]]:
    """Cut each paragraph in two, anywhere, some characters from its edges."""
    pairs = []
    for document in documents:
        for paragraph in document.paragraphs:
            if len(paragraph) > 12:
                found = generator.integers(4, len(paragraph) - 4, each)
                pairs.extend((paragraph[:at], paragraph[at:]) for at in found)
    return pairs


def pieces(documents: list[Document], lengths: Sequence[int], generator: np.random.Generator) -> list[str]:
    """Cut pieces as long as headlines out of running text, one half of them at the start of a paragraph."""
    paragraphs = [p for document in documents for p in document.paragraphs if len(p) > 12]
    result = []
    for length in lengths:
        paragraph = paragraphs[generator.integers(len(paragraphs))]
        start = int(generator.integers(0, max(1, len(paragraph) - length))) if generator.integers(2) else 0
        result.append(paragraph[start : start + length])
    return result


def padded(table: npt.NDArray[np.uint16], texts: Sequence[str], width: int, before: int = 0, after: int = 0) -> Ints:
    """Give the classes of texts as rows of one width, with places outside before and after."""
    rows = ["\0" * before + text[:width].ljust(width, "\0") + "\0" * after for text in texts]
    return fold(table, "".join(rows)).reshape(len(texts), -1)


EPOCHS, RATE, SHRINK = 8, 0.3, 0.02
NEGATIVES = 3  # for each true example; the bias makes up for it


def linear_parts(table: npt.NDArray[np.uint16], documents: list[Document]) -> dict[str, npt.NDArray[Any]]:
    """Learn what beginnings, ends and headlines are made of."""
    generator = np.random.default_rng(1)
    wholes = [t for d in documents for t in (d.title, *d.paragraphs) if len(t) > 3]
    cut = cuts(documents, generator, NEGATIVES)
    titles = [d.title for d in documents if len(d.title) > 3]
    others = pieces(documents, [len(t) for t in titles] * NEGATIVES, generator)
    rows: dict[int, tuple[Words, int]] = {
        BEGINS: (edge_keys(padded(table, wholes + [right for _, right in cut], 4)), len(wholes)),
        ENDS: (edge_keys(padded(table, [t[:-5:-1] for t in wholes + [left for left, _ in cut]], 4)), len(wholes)),
        TITLE: (title_keys(padded(table, titles + others, TITLE_LENGTH, 1, 1)), len(titles)),
    }
    weights = np.zeros((3, WEIGHTS), np.int8)
    unit = np.zeros((3, 2), np.float32)
    for row, (keys, positives) in rows.items():
        truth = np.arange(len(keys)) < positives
        weights[row], step, bias = logistic(keys, truth, generator)
        unit[row] = step, bias + np.log((len(keys) - positives) / positives)
        click.echo(f"linear part {row}: {len(keys):,} examples, unit {step:.4f}, bias {unit[row][1]:.2f}")
    return {"weights": weights, "unit": unit}


def negatives(pairs: Sequence[tuple[str, str]], generator: np.random.Generator) -> list[tuple[str, str]]:
    """Put each left piece before the right piece of another pair."""
    order = np.roll(generator.permutation(len(pairs)), 1)
    other = np.roll(order, 1)
    return [(pairs[a][0], pairs[b][1]) for a, b in zip(order, other, strict=True)]


# -- the network -----------------------------------------------------------------------------------------------------

EMBEDDING, PAIRED, HIDDEN = 32, 64, 32
STEPS, BATCH = 6000, 2048


def windows(stream: Ints, at: Ints, side: int) -> Ints:
    """Give the classes before (-1) or after (1) places in a stream, nearest first, up to the end of the paragraph."""
    found = stream[at[:, None] + (np.arange(REACH) if side > 0 else -1 - np.arange(REACH))]
    found[np.logical_or.accumulate(found == NOTHING, 1)] = NOTHING
    return found


def network(table: npt.NDArray[np.uint16], documents: list[Document]) -> dict[str, npt.NDArray[Any]]:
    """Teach a small network of whole numbers what a junction, a beginning and an end look like beyond n-grams."""
    import torch
    from torch import nn
    from torch.nn import functional

    torch.set_num_threads(1)  # the order of sums is part of the result
    torch.manual_seed(4)
    generator = np.random.default_rng(4)
    edge = "\0" * REACH
    stream = fold(table, edge + edge.join(t for d in documents for t in (*d.paragraphs, d.title) if t) + edge)
    inside = np.flatnonzero((stream[1:] != NOTHING) & (stream[:-1] != NOTHING)) + 1
    starts = np.flatnonzero((stream[1:] != NOTHING) & (stream[:-1] == NOTHING)) + 1
    stops = np.flatnonzero((stream[1:] == NOTHING) & (stream[:-1] != NOTHING)) + 1

    def whole(values: Any, unit: int) -> Any:
        """Round to units in the forward pass alone, so that the network learns to live with small whole numbers."""
        return values + (torch.clamp(torch.round(values * unit), -127, 127) / unit - values).detach()

    def layer(rows: int, columns: int) -> Any:
        return nn.Parameter(torch.randn(rows, columns) / rows**0.5), nn.Parameter(torch.zeros(columns))

    most = 127 / 32
    embedding = nn.Parameter(torch.randn(int(table.max()) + 1, EMBEDDING) * 0.3)
    sides = [layer(REACH * EMBEDDING, 2 * PAIRED) for _ in range(2)]
    edges = [layer(REACH * EMBEDDING, HIDDEN) for _ in range(2)]
    joint, joint_bias = layer(2 * PAIRED, HIDDEN)
    outputs = [layer(HIDDEN, 1) for _ in range(3)]
    parameters = [embedding, joint, joint_bias, *(p for pair in (*sides, *edges, *outputs) for p in pair)]
    optimizer = torch.optim.Adam(parameters, lr=4e-3)

    def read(classes: Ints) -> Any:
        return whole(functional.embedding(torch.from_numpy(classes), embedding), 64).flatten(1)

    def answer(hidden: Any, row: int) -> Any:
        return (torch.clamp(hidden, 0, most) @ whole(outputs[row][0], 64) + outputs[row][1])[:, 0]

    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = 4e-3 * max(0.03, 1 - step / STEPS)
        at = generator.choice(inside, BATCH)
        # one half of the false partners stands near by, in the same article or the next
        near = np.clip(np.searchsorted(inside, at) + generator.integers(-1500, 1500, BATCH), 0, len(inside) - 1)
        other = np.where(generator.random(BATCH) < 0.5, inside[near], generator.choice(inside, BATCH))
        left = read(windows(stream, at, -1))
        right = read(np.concatenate([windows(stream, at, 1), windows(stream, other, 1)]))
        ended = read(windows(stream, generator.choice(stops, BATCH // 2), -1))
        begun = read(windows(stream, generator.choice(starts, BATCH // 2), 1))
        one = left @ whole(sides[0][0], 128) + sides[0][1]
        two = right @ whole(sides[1][0], 128) + sides[1][1]
        one = torch.cat([one, one])
        both = torch.clamp(one[:, :PAIRED] + two[:, :PAIRED], 0, most)
        product = torch.clamp(one[:, PAIRED:], -most, most) * torch.clamp(two[:, PAIRED:], -most, most)
        hidden = torch.cat([both, torch.clamp(product, -most, most)], 1) @ whole(joint, 64) + joint_bias
        odds = [answer(hidden, 0)]
        for row, (true, false) in enumerate(((begun, right[:BATCH]), (ended, left)), 1):
            weights, bias = edges[2 - row]
            odds.append(answer(torch.cat([true, false]) @ whole(weights, 128) + bias, row))
        truth = [torch.arange(len(o)) < n for o, n in zip(odds, (BATCH, BATCH // 2, BATCH // 2), strict=True)]
        loss = sum(functional.binary_cross_entropy_with_logits(o, t.float()) for o, t in zip(odds, truth, strict=True))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 500 == 0:
            click.echo(f"network: step {step}, loss {loss.item():.4f}")

    def small(values: Any, unit: int) -> npt.NDArray[np.int8]:
        return torch.clamp(torch.round(values.detach() * unit), -127, 127).to(torch.int8).numpy()

    def biases(values: Any, unit: int) -> npt.NDArray[np.float32]:
        return torch.round(values.detach() * unit).numpy()

    return {
        "embedding": small(embedding, 64),
        "sides": np.stack([small(w, 128) for w, _ in sides]),
        "sides_bias": np.stack([biases(b, 8192) for _, b in sides]),
        "edges": np.stack([small(w, 128) for w, _ in edges]),
        "edges_bias": np.stack([biases(b, 8192) for _, b in edges]),
        "joint": small(joint, 64),
        "joint_bias": biases(joint_bias, 2048),
        "outputs": np.stack([small(w, 64)[:, 0] for w, _ in outputs]),
        "outputs_bias": np.concatenate([biases(b, 2048) for _, b in outputs]),
    }


def blend(features: Floats, truth: npt.NDArray[np.bool_]) -> Floats:
    """Fit weights and a bias by logistic regression (Newton's method), classes weighted alike."""
    features = np.concatenate([features, np.ones((len(features), 1))], 1)
    share = np.where(truth, 0.5 / truth.mean(), 0.5 / (1 - truth.mean()))[:, None]
    weights = np.zeros(features.shape[1])
    for _ in range(25):
        prob = 1 / (1 + np.exp(-features @ weights))
        curve = (features * share * (prob * (1 - prob))[:, None]).T @ features
        weights += np.linalg.solve(curve, (features * share).T @ (truth - prob))
    click.echo(f"blend: {len(truth):,} examples, weights {weights.round(3)}")
    return weights


def blends(model: LanguageModel, documents: list[Document]) -> dict[str, npt.NDArray[np.float32]]:
    """Fit how n-grams, linear parts and network speak together, on documents that none of them has seen."""
    generator = np.random.default_rng(2)
    true = cuts(documents, generator, 6)
    false = negatives(true, generator)
    wholes = [t for d in documents for t in (d.title, *d.paragraphs) if len(t) > 3]
    parts = {
        "junction": [model.junction_parts(*zip(*pairs, strict=True)) for pairs in (true, false)],
        "begins": [model.edge_parts(BEGINS, texts) for texts in (wholes, [right for _, right in true])],
        "ends": [model.edge_parts(ENDS, texts) for texts in (wholes, [left for left, _ in true])],
    }
    return {
        name: blend(np.concatenate(rows).astype(np.float64), np.repeat([True, False], [len(r) for r in rows])).astype(
            np.float32
        )
        for name, rows in parts.items()
    }


def neighbours(pairs: Sequence[tuple[str, str]], generator: np.random.Generator) -> list[tuple[str, str]]:
    """Put each left piece before the right piece of another paragraph of the same document."""
    made = negatives(pairs, generator) if len(pairs) > 2 else []
    whole = set(pairs)
    return [pair for pair in made if pair not in whole]


# -- writing ---------------------------------------------------------------------------------------------------------


def write(path: Path, arrays: dict[str, npt.NDArray[Any]]) -> None:
    """Write arrays as .npz, the same bytes every time."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, array in sorted(arrays.items()):
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.ascontiguousarray(array), version=(1, 0))
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), buffer.getvalue())
    click.echo(f"{path.name}: {path.stat().st_size:,} bytes")


def train(documents: list[Document], about: str) -> dict[str, npt.NDArray[Any]]:
    """Learn everything, and give the arrays of the model."""
    documents = unrepeated(documents)
    counted = [d for i, d in enumerate(documents) if i % HELD]
    table, shared = classes_of(counted)
    text = "\n".join(t for d in counted for t in (d.title, *d.paragraphs) if t)
    click.echo(f"{len(documents):,} documents, {len(text):,} characters, {len(shared):,} classes")
    grams = estimate(fold(table, f"\n{text}\n"), len(shared))
    kept = prune(grams, int(SLOTS_IN_TABLE / 1.13))
    keys, codes, values, single = tabulate(grams, kept)
    slots, segments = fuse(keys, codes)
    arrays = {
        "about": np.frombuffer(about.encode(), np.uint8),
        "class": table,
        "log_unigram": (grams[0].log_prob - shared).astype(np.float32),
        "log_backoff": single.astype(np.float16),
        "slots": slots,
        "segments": np.array(segments),
        "values": values,
        **{name: np.zeros(8, np.float32) for name in ("junction", "begins", "ends")},
        **linear_parts(table, counted),
        **network(table, counted),
    }
    return {**arrays, **blends(LanguageModel(arrays), documents[::HELD])}


# -- measuring -------------------------------------------------------------------------------------------------------


def auc(true: npt.NDArray[Any], false: npt.NDArray[Any]) -> float:
    """Give the chance that a true example is rated above a false one."""
    order = np.sort(false)
    wins = np.searchsorted(order, true, "left") + np.searchsorted(order, true, "right")
    return float(wins.mean() / 2 / len(false))


def measure(model: LanguageModel, documents: list[Document]) -> None:
    """Print the figures of the card."""
    generator = np.random.default_rng(3)
    text = "\n".join(p for d in documents for p in d.paragraphs)
    log_prob = model.log_prob(text)
    click.echo(f"bits per character: {-log_prob.mean() / np.log(2):.3f}")

    def compare(name: str, true: npt.NDArray[Any], false: npt.NDArray[Any]) -> None:
        zero = ((true > 0).mean() + (false <= 0).mean()) / 2
        click.echo(
            f"{name}: AUC {auc(true, false):.4f}, right at zero {zero:.4f}, "
            f"true ones above 0 {(true > 0).mean():.4f}, false ones {(false > 0).mean():.4f}"
        )

    true = cuts(documents, generator, 2)
    same = [pair for d in documents for pair in neighbours(cuts([d], generator, 2), generator)]
    paragraphs = [d.paragraphs for d in documents]
    starts = [(a, b) for ps in paragraphs for a, b in pairwise(ps)]
    odds = model.junction(*zip(*true, strict=True))
    compare("junction, against two cut pieces", odds, model.junction(*zip(*negatives(true, generator), strict=True)))
    compare("junction, against two cut pieces of one article", odds, model.junction(*zip(*same, strict=True)))
    compare("junction, against end and start of paragraphs", odds, model.junction(*zip(*starts, strict=True)))
    lefts = [left for left, _ in true]
    inner = [right for left, right in true if left[-1] not in "。！？”…"]
    wholes = [p for ps in paragraphs for p in ps]
    titles = [d.title for d in documents if d.title]
    prose = pieces(documents, [len(t) for t in titles], generator)
    compare("begins, paragraphs against pieces cut within a sentence", model.begins(wholes), model.begins(inner))
    compare("begins, titles against pieces cut within a sentence", model.begins(titles), model.begins(inner))
    compare("ends, paragraphs against cut pieces", model.ends(wholes), model.ends(lefts))
    compare("ends, titles against cut pieces", model.ends(titles), model.ends(lefts))
    compare("title, against pieces as long", model.title(titles), model.title(prose))
    confusions(model, text)


PAIRS = (
    "己已 未末 人入 干千 日曰 侯候 土士 治冶 拔拨 大太 天夭 今令 住往 班斑 折拆 免兔 鸟乌 受爱 贷货 没设 问间 "
    "由田 王玉 白自 木本 力刀"
)


def confusions(model: LanguageModel, text: str) -> None:
    """Print how well characters that an engine confuses are told apart."""
    other = {a: b for pair in PAIRS.split() for a, b in (pair, pair[::-1])}
    found = [i for i, char in enumerate(text) if char in other]
    # what stands is right: how often would it be changed?
    ends = [i + 1 for i in found]
    harm = model.replacement_odds(text, found, ends, [other[text[i]] for i in found])
    # what stands is wrong, one place in forty at a time, so that no planted fault has another beside it
    parts = []
    for turn in range(40):
        damaged = list(text)
        for i in found[turn::40]:
            damaged[i] = other[text[i]]
        right = [text[i] for i in found[turn::40]]
        parts.append(model.replacement_odds("".join(damaged), found[turn::40], ends[turn::40], right))
    repair = np.concatenate(parts)
    click.echo(f"confusions, {len(found):,} characters of {PAIRS}")
    for least in range(0, 19, 2):
        hit, false = (repair > least).mean(), (harm > least).mean()
        precisions = [f"{hit / (hit + (each - 1) * false):.4f} at one fault in {each}" for each in (20, 100, 1000)]
        click.echo(
            f"  odds above {least:2}: {hit:.4f} repaired, {false * 1e5:6.1f} of 100,000 right ones harmed; "
            f"precision {', '.join(precisions)}"
        )


@click.command()
@click.argument("text", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--measure", "held", multiple=True, type=click.Path(exists=True, path_type=Path), help="Text held out.")
@click.option("--about", default="", help="What the text is, kept in the model.")
@click.option("--out", type=click.Path(path_type=Path), default=TARGET, help="Where the model is written.")
def main(text: tuple[Path, ...], held: tuple[Path, ...], about: str, out: Path) -> None:
    """Learn the language model from TEXT, and measure it on text held out."""
    if text:
        write(out, train(list(read(text)), about))
    if held:
        with np.load(out) as arrays:
            measure(LanguageModel(dict(arrays)), list(read(held)))


if __name__ == "__main__":
    main()
