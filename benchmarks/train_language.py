"""Learn the language model from text: ``python benchmarks/train_language.py TEXT... [--measure TEXT...]``.

TEXT is a file, or a folder of files, named .jsonl, .jsonl.xz or .txt. A record of .jsonl has "paragraphs" (a list of
strings) or "text", and may have a "title"; in .txt each line is a paragraph. The model is written beside the package's
code; the same input gives the same bytes. ``--measure`` prints the figures of docs/language-model.md, on text that must
not be among the training text.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np
import numpy.typing as npt
from language_text import Document, cuts, negatives, pieces, read, unrepeated
from measure_language import measure
from train_network import network
from train_ngrams import Floats, classes_of, estimate, fold, fuse, prune, tabulate

from newsclean.language import TITLE_LENGTH, LanguageModel
from newsclean.network import BEGINS, ENDS, TITLE, edge_keys, title_keys
from newsclean.ngrams import Ints, Words, mix

TARGET = Path(__file__).parents[1] / "src" / "newsclean" / "data" / "language.npz"

SLOTS_IN_TABLE = 3_540_000
WEIGHTS = 1 << 17
HELD = 20  # one document in twenty is kept from the counts, to fit the junction's weights on


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


# -- all together ----------------------------------------------------------------------------------------------------


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
