"""Train the paragraph vectors by which newsclean tells whose paragraph is whose (src/newsclean/data/topics.npz).

    python benchmarks/train_topics.py FILE.jsonl[.xz]... [--out topics.npz] [--epochs 6]

Each record has "paragraphs", a list of strings. Two pieces of one article shall be near each other and far from pieces of
other articles. Needs the extra ``train``.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
from pathlib import Path

import numpy as np
import torch
from torch import nn

from newsclean.layout.topics import BUCKETS, SIZE, pair_buckets

BATCH = 384


def articles(files: list[Path]) -> list[list[np.ndarray]]:
    """For each article, for each of its paragraphs, the buckets of its pairs of characters."""
    found = []
    for file in files:
        with lzma.open(file, "rt", encoding="utf-8") if file.suffix == ".xz" else file.open(encoding="utf-8") as rows:
            for row in rows:
                record = json.loads(row)
                texts = [p for p in record["paragraphs"] if len(p) >= 12]
                if record.get("title"):
                    texts.insert(0, record["title"])
                if len(texts) >= 2:
                    found.append([pair_buckets(text) for text in texts])
    return found


def piece(rng: random.Random, paragraphs: list[np.ndarray], first: int, last: int) -> np.ndarray:
    """Some text out of paragraphs first to last: a line, a sentence or a few paragraphs."""
    run = np.concatenate(paragraphs[first : last + 1])
    if rng.random() < 0.6 and len(run) > 40:
        size = rng.randint(14, min(len(run), 240))
        at = rng.randrange(len(run) - size + 1)
        run = run[at : at + size]
    return run[:600]


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=Path("topics.npz"))
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--held-out", type=int, default=400, help="articles kept to measure on")
    arguments = parser.parse_args()
    pool = articles(arguments.files)
    rng = random.Random(0)
    torch.manual_seed(0)
    rng.shuffle(pool)
    held, pool = pool[: arguments.held_out], pool[arguments.held_out :]
    table = nn.EmbeddingBag(BUCKETS, SIZE, mode="sum", sparse=True)
    nn.init.normal_(table.weight, std=0.1)
    temperature = nn.Parameter(torch.tensor(2.5))
    sparse = torch.optim.SparseAdam(list(table.parameters()), lr=0.02)
    dense = torch.optim.Adam([temperature], lr=0.01)

    def embed(pieces: list[np.ndarray]) -> torch.Tensor:
        offsets = np.concatenate([[0], np.cumsum([len(p) for p in pieces])[:-1]])
        summed = table(torch.from_numpy(np.concatenate(pieces)), torch.from_numpy(offsets))
        return nn.functional.normalize(summed, dim=1)

    def pairs(batch: list[list[np.ndarray]]) -> tuple[list[np.ndarray], list[np.ndarray]]:
        left, right = [], []
        for paragraphs in batch:
            cut = rng.randrange(1, len(paragraphs))
            left.append(piece(rng, paragraphs, rng.randrange(cut), cut - 1))
            right.append(piece(rng, paragraphs, cut, rng.randrange(cut, len(paragraphs))))
        return left, right

    for epoch in range(arguments.epochs):
        for group in (*sparse.param_groups,):
            group["lr"] = 0.02 * (1 - epoch / arguments.epochs) + 0.001
        total = seen = 0.0
        for _ in range(3):
            rng.shuffle(pool)
            for at in range(0, len(pool) - BATCH + 1, BATCH):
                left, right = pairs(pool[at : at + BATCH])
                scores = embed(left) @ embed(right).T * temperature.exp()
                target = torch.arange(BATCH)
                loss = nn.functional.cross_entropy(scores, target) + nn.functional.cross_entropy(scores.T, target)
                sparse.zero_grad()
                dense.zero_grad()
                loss.backward()
                sparse.step()
                dense.step()
                total, seen = total + loss.item(), seen + 1
        with torch.no_grad():
            left, right = pairs(held)
            near = embed(left) @ embed(right).T
            same, other = near.diag(), near[~torch.eye(len(held), dtype=torch.bool)]
            auc = (same[:, None] > other[None, ::7]).float().mean()
            first = (near.argmax(1) == torch.arange(len(held))).float().mean()
        print(f"epoch {epoch + 1}: loss {total / seen:.3f}; held out: AUC {auc:.4f}, first of {len(held)} {first:.3f}", flush=True)
    weight = table.weight.detach().numpy()
    scale = np.abs(weight).max() / 127
    np.savez_compressed(arguments.out, vectors=np.rint(weight / scale).astype(np.int8))
    print(arguments.out, arguments.out.stat().st_size)


if __name__ == "__main__":
    main()
