"""The text that the language model is learned from and measured on: documents, and pieces cut out of them."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np


class Document(NamedTuple):
    """A title, which may be empty, and its paragraphs."""

    title: str
    paragraphs: list[str]


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


def negatives(pairs: Sequence[tuple[str, str]], generator: np.random.Generator) -> list[tuple[str, str]]:
    """Put each left piece before the right piece of another pair."""
    order = np.roll(generator.permutation(len(pairs)), 1)
    other = np.roll(order, 1)
    return [(pairs[a][0], pairs[b][1]) for a, b in zip(order, other, strict=True)]


def neighbours(pairs: Sequence[tuple[str, str]], generator: np.random.Generator) -> list[tuple[str, str]]:
    """Put each left piece before the right piece of another paragraph of the same document."""
    made = negatives(pairs, generator) if len(pairs) > 2 else []
    whole = set(pairs)
    return [pair for pair in made if pair not in whole]
