"""Train the model that finds where run-together titles divide (src/newsclean/data/titles.npz).

    python benchmarks/train_titles.py --printed FOLDER... --truth FOLDER... --headlines FILE... [--out titles.npz]

``--printed``: truth pages as an engine ran their titles together; ``--truth``: truth pages whose titles are run
together here, banner, kicker, headline and byline of an article on one line as often as not; ``--headlines``: records
with "title" and "paragraphs", whose titles stand whole. The form of truth pages is that of docs/reader-model.md.
The same folders give the same weights on one machine. Needs the extra ``train``.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from newsclean.language import load
from newsclean.layout.lines import lines_of
from newsclean.layout.titles import FOLLOWS, MOST, SLOTS, TITLES, Line, evidence, hashes, heard, places

ROLE = 4  # size of a pair's vector in each of its five roles
HIDDEN = 20
BATCH = 192
EPOCHS = 8
UNHEARD, UNSEEN = 0.75, 0.15  # share of pairs, and of inputs, left out of each step
JOINED = {"byline": 0.22, "subtitle": 0.22}  # how often a title is run together with what stands before it
JOINED_ELSE = 0.75
AS_ONE_PAGE = 10  # headlines that are looked at as those of one page
CLEAN = str.maketrans({"\xa0": " ", "\u3000": " ", "\u2011": "-"})

Title = tuple[str, list[int], str]
"""A line of titles, where it divides, and the beginning of the text that follows it."""


class Row(NamedTuple):
    """A line, or a piece of one, as the model is given it."""

    slots: np.ndarray  # of its pairs of characters
    at: np.ndarray  # its places
    evidence: np.ndarray  # of each place
    divides: np.ndarray  # whether a place divides titles
    whole: bool  # a whole line


def printed(path: Path) -> list[Title]:
    """The title lines of a page as they stand on it."""
    gold = json.loads(path.read_text("utf-8"))
    with path.with_name(path.name.replace(".gold.json", ".txt")).open(encoding="utf-8", newline="") as file:
        text = file.read().translate(CLEAN)
    label = np.full(len(text), -1)
    for start, end, block in gold["labels"]:
        label[start:end] = block
    lines, titles = lines_of(text), []
    for k, (start, end) in enumerate(zip(lines.starts.tolist(), lines.ends.tolist(), strict=True)):
        at = np.flatnonzero(label[start:end] >= 0)
        blocks = label[start:end][at]
        if len(at) and all(gold["blocks"][b]["kind"] in TITLES for b in set(blocks.tolist())):
            cuts = at[1:][np.diff(blocks) != 0].tolist()
            titles.append((lines.string(k), cuts, text[end : end + FOLLOWS]))
    return titles


def run_together(path: Path, rng: random.Random) -> list[Title]:
    """The titles of a page, some of them run together as an engine would."""
    blocks = [b for b in json.loads(path.read_text("utf-8"))["blocks"] if b.get("text")]
    titles: list[Title] = []
    k = 0
    while k < len(blocks):
        first, k = blocks[k], k + 1
        if first["kind"] not in TITLES:
            continue
        text, cuts = first["text"].strip().translate(CLEAN), []
        while k < len(blocks) and blocks[k]["article"] == first["article"] and _joins(blocks[k]["kind"], rng):
            more = blocks[k]["text"].strip().translate(CLEAN)
            if rng.random() < 0.08:
                text += " "
            if not more.startswith("—") and rng.random() < 0.06:
                more = rng.choice("●■◆○▶") + rng.choice(["", " "]) + more
            cuts.append(len(text))
            text += more
            k += 1
        titles.append((text, cuts, "".join(b["text"] for b in blocks[k : k + 6])[:FOLLOWS]))
    return titles


def _joins(kind: str, rng: random.Random) -> bool:
    return kind in TITLES and kind != "subhead" and rng.random() < JOINED.get(kind, JOINED_ELSE)


def whole(files: Iterable[Path]) -> Iterator[list[Title]]:
    """Headlines that stand whole, some at a time."""
    page: list[Title] = []
    for file in files:
        with lzma.open(file, "rt", encoding="utf-8") if file.suffix == ".xz" else file.open(encoding="utf-8") as rows:
            for record in map(json.loads, rows):
                title = " ".join((record.get("title") or "").split())
                if title and record["paragraphs"] and "——" not in title and "【" not in title:
                    page.append((title, [], record["paragraphs"][0][:FOLLOWS]))
                if len(page) == AS_ONE_PAGE:
                    yield page
                    page = []


def rows_of(page: list[Title]) -> list[Row]:
    """The lines of a page, and of those that divide the pieces that still divide or no longer do."""
    page = [title for title in page if 3 <= len(title[0]) <= MOST]
    asked: list[tuple[Line, np.ndarray, np.ndarray, bool]] = []
    for t, (text, cuts, behind) in enumerate(page):
        others = [other for o, (other, _, _) in enumerate(page) if o != t]
        edges = [0, *cuts, len(text)]
        spans = {(a, b) for i, a in enumerate(edges) for b in edges[i + 1 :]} if len(cuts) <= 3 else {(0, len(text))}
        for start, end in sorted(spans):
            piece = text[start:end].strip()
            lead = len(text[start:end]) - len(text[start:end].lstrip())
            at = places(piece) if len(piece) >= 3 else np.zeros(0, np.int64)
            divides = np.isin(at, [c - start - lead for c in cuts if start < c < end])
            hidden = any(start < c < end for c in cuts) and not divides.any()
            if len(at) and not hidden:
                asked.append((Line(piece, behind, others), at, divides, (start, end) == (0, len(text))))
    if not asked:
        return []
    pairs = [(line.text[:p].rstrip(), line.text[p:]) for line, at, _, _ in asked for p in at.tolist()]
    said = np.split(heard(pairs, load()), np.cumsum([len(at) for _, at, _, _ in asked])[:-1])
    return [
        Row(hashes(line.text), at, evidence(line, at, odds), divides, is_whole)
        for (line, at, divides, is_whole), odds in zip(asked, said, strict=True)
    ]


class Model(nn.Module):
    """What :class:`newsclean.layout.titles.TitleModel` computes."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.pairs = nn.Parameter(torch.randn(SLOTS, 5 * ROLE) * 0.05)
        self.hidden = nn.Linear(features + 6 * ROLE, HIDDEN)
        self.out = nn.Linear(HIDDEN, 1)

    def forward(self, rows: list[Row]) -> torch.Tensor:
        """Log-odds of all places of the rows, one after the other."""
        at = torch.from_numpy(np.concatenate([r.at for r in rows]))
        sizes, counts = np.array([len(r.slots) for r in rows]), [len(r.at) for r in rows]
        start = torch.from_numpy(np.repeat(np.cumsum(sizes) - sizes, counts))
        n = torch.from_numpy(np.repeat(sizes, counts))
        e = self.pairs[torch.from_numpy(np.concatenate([r.slots for r in rows]))]
        if self.training:
            e = nn.functional.dropout1d(e[None], UNHEARD)[0]
        sums = torch.cat([torch.zeros(1, 2 * ROLE), e[:, : 2 * ROLE].cumsum(0)])
        left = sums[start + at, :ROLE] - sums[start, :ROLE]
        right = sums[start + n, ROLE:] - sums[start + at + 1, ROLE:]
        columns = [
            left,
            left / at[:, None].float().sqrt(),
            right / (n - 1 - at)[:, None].clamp(min=1),
            e[start + at - 1, 2 * ROLE : 3 * ROLE],
            e[start + at, 3 * ROLE : 4 * ROLE],
            e[start + torch.minimum(at + 1, n - 1), 4 * ROLE :],
            torch.from_numpy(np.concatenate([r.evidence for r in rows])),
        ]
        x = torch.cat(columns, 1)
        x = nn.functional.dropout(x, UNSEEN, self.training)
        return self.out(torch.tanh(self.hidden(x)))[:, 0]


def loss_of(odds: torch.Tensor, rows: list[Row]) -> torch.Tensor:
    """Negative log-likelihood that a line divides at one of its right places, or nowhere, of which the odds are 1."""
    line = torch.from_numpy(np.repeat(np.arange(len(rows)), [len(r.at) for r in rows]))
    right = torch.from_numpy(np.concatenate([r.divides for r in rows])).float()
    odds = odds.clamp(max=40).exp()
    total = torch.ones(len(rows)).index_add(0, line, odds)
    good = torch.zeros(len(rows)).index_add(0, line, odds * right)
    divides = torch.tensor([bool(r.divides.any()) for r in rows])
    return (total.log() - torch.where(divides, good + 1e-9, 1.0).log()).mean()


def train(rows: list[Row]) -> dict[str, np.ndarray]:
    """The weights of the model of places."""
    together = np.concatenate([r.evidence for r in rows])
    mean, scale = together.mean(0), together.std(0) + 0.05
    rows = [r._replace(evidence=((r.evidence - mean) / scale).astype(np.float32)) for r in rows]
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    model = Model(len(mean))
    groups = [
        {"params": [model.pairs], "weight_decay": 0.5},
        {"params": [*model.hidden.parameters(), *model.out.parameters()], "weight_decay": 0.01},
    ]
    optimizer = torch.optim.AdamW(groups, lr=0.01)
    steps = EPOCHS * -(-len(rows) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, [0.012, 0.006], total_steps=steps)
    for epoch in range(EPOCHS):
        total = 0.0
        for batch in np.array_split(rng.permutation(len(rows)), steps // EPOCHS):
            some = [rows[k] for k in batch.tolist()]
            loss = loss_of(model(some), some)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch + 1}: loss {total / (steps // EPOCHS):.4f}", file=sys.stderr, flush=True)
    return {
        "pairs": model.pairs.detach().numpy().astype(np.float16),
        "hidden": np.ascontiguousarray(model.hidden.weight.detach().numpy().T),
        "hidden_bias": model.hidden.bias.detach().numpy(),
        "out": model.out.weight.detach().numpy()[0],
        "bias": model.out.bias.detach().numpy()[0],
        "mean": mean.astype(np.float32),
        "scale": scale.astype(np.float32),
    }


def train_naming(files: Iterable[Path]) -> dict[str, np.ndarray]:
    """Weights that tell banners from kickers."""
    known = {
        (block["text"].strip().translate(CLEAN), block["kind"] == "banner")
        for file in files
        for block in json.loads(file.read_text("utf-8"))["blocks"]
        if block["kind"] in ("banner", "kicker") and block.get("text")
    }
    texts = sorted(known)
    slots = [hashes(text) for text, _ in texts]
    offsets = torch.from_numpy(np.cumsum([0, *(len(s) for s in slots[:-1])]))
    together = torch.from_numpy(np.concatenate(slots))
    scale = torch.tensor([len(s) ** -0.5 for s in slots])
    banner = torch.tensor([float(is_banner) for _, is_banner in texts])
    weights, bias = nn.Parameter(torch.zeros(SLOTS, 1)), nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.Adam([weights, bias], lr=0.1)
    for _ in range(80):
        odds = nn.functional.embedding_bag(together, weights, offsets, mode="sum")[:, 0] * scale + bias
        loss = nn.functional.binary_cross_entropy_with_logits(odds, banner) + 1e-4 * (weights**2).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return {"naming": weights.detach().numpy()[:, 0].astype(np.float16), "naming_bias": bias.detach().numpy()}


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--printed", nargs="+", type=Path, required=True, help="folders of pages with titles run together"
    )
    parser.add_argument("--engine", default="pymupdf_blocks", help="of those the pages NAME.ENGINE.txt")
    parser.add_argument(
        "--truth", nargs="+", type=Path, required=True, help="folders of pages whose titles are run together here"
    )
    parser.add_argument("--pages", type=int, default=1000, help="how many of these")
    parser.add_argument("--headlines", nargs="+", type=Path, required=True, help="JSON Lines with title and paragraphs")
    parser.add_argument("--every", type=int, default=2, help="of the headlines leave one page in so many for measuring")
    parser.add_argument("--whole", type=int, default=6000, help="how many headlines")
    parser.add_argument("--about", default="", help="what the pages are, kept in the file")
    parser.add_argument("--out", type=Path, default=Path("titles.npz"))
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    began, rng = time.process_time(), random.Random(5)
    real = [f for d in arguments.printed for f in sorted(d.glob(f"*.{arguments.engine}.gold.json"))]
    made = [f for d in arguments.truth for f in sorted(d.glob("*.gold.json"))]
    some = made[:: max(1, len(made) // arguments.pages)]
    as_printed = [row for file in real for row in rows_of(printed(file))]
    as_made = [row for file in some for row in rows_of(run_together(file, rng))]
    kept = (page for k, page in enumerate(whole(arguments.headlines)) if k % arguments.every)
    as_whole = [row for page in islice(kept, arguments.whole // AS_ONE_PAGE) for row in rows_of(page)]
    print(f"{len(as_printed)} lines and pieces printed, {len(as_made)} made, {len(as_whole)} whole;"
          f" {time.process_time() - began:.0f} s", file=sys.stderr, flush=True)  # fmt: skip
    rows = as_printed * 2 + as_made + as_whole  # what engines do counts twice
    weights = train(rows) | train_naming([*made[::4], *real])
    weights["share"] = np.float32(np.mean([r.divides.any() for r in rows if r.whole]))
    weights["about"] = np.array(
        [arguments.about, f"{len(real)} printed pages, {len(some)} made, {len(as_whole)} headlines"]
    )
    np.savez_compressed(arguments.out, **dict(sorted(weights.items())))
    print(
        f"{arguments.out}: {arguments.out.stat().st_size} bytes, {time.process_time() - began:.0f} s", file=sys.stderr
    )


if __name__ == "__main__":
    main()
