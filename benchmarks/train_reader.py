"""Train the model that reads a page line by line (src/newsclean/data/reader.npz).

    python benchmarks/train_reader.py FOLDER... [--check FOLDER...] [--out reader.npz] [--epochs 12]

Each folder holds truth pages: NAME.txt, and NAME.gold.json with the label of every code point (see docs/reader-model.md
for the form). Needs the extra ``train``; a user who only cleans needs none of this.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import nn

from newsclean.characters import normalize
from newsclean.language import load
from newsclean.layout.features import HEAD, TAIL, edges_of, features
from newsclean.layout.lines import lines_of
from newsclean.layout.model import DILATIONS, HEADS, character_ids
from newsclean.page import KINDS

Page = tuple[np.ndarray, dict[str, np.ndarray]]  # features of its lines, and what is true of them
LABELS = 2 * len(KINDS)  # begins a block of the kind; continues one
SIZE = 96
LETTERS = 8  # size of a character's vector
CHARACTERS = 3000  # characters that the model knows
PIECE = 200  # lines


def truth_lines(path: Path, snippet: random.Random | None = None) -> Page | None:
    """Features of each line of a truth page, copies left out, and what is true of it.

    Args:
        path: the page's .gold.json.
        snippet: take only a few lines of the page, as if it held no more: users try short texts too.
    """
    gold = json.loads(path.read_text(encoding="utf-8"))
    with path.with_name(path.name.replace(".gold.json", ".txt")).open(encoding="utf-8", newline="") as file:
        text = file.read()
    label = np.full(len(text), -1)
    for start, end, block in gold["labels"]:
        label[start:end] = block
    text, label = _without_copies(text, label)
    if snippet:
        text, label = _snippet(snippet, text, label)
    raw, clean = lines_of(text), lines_of(normalize(text))
    if not len(clean):
        return None
    at = np.searchsorted(raw.numbers, clean.numbers)
    truth = _truth(gold["blocks"], label, raw.starts[at], raw.ends[at])
    return features(clean, load())[0], {"edges": edges_of(clean).codes, **truth}


def _snippet(rng: random.Random, text: str, label: np.ndarray) -> tuple[str, np.ndarray]:
    """Two to eight lines from the beginning of a block on."""
    lines = lines_of(text)
    first = label[lines.starts] if len(lines) else np.zeros(0, int)
    begins = [k for k in range(len(lines)) if first[k] >= 0 and (k == 0 or first[k] != first[k - 1])]
    if not begins:
        return text, label
    start = rng.choice(begins)
    end = min(start + rng.randint(2, 8), len(lines))
    begin = int(lines.ends[start - 1]) if start else 0
    part = slice(begin, int(lines.ends[end - 1]))
    return text[part].lstrip("\n"), label[part][len(text[part]) - len(text[part].lstrip("\n")) :]


def _without_copies(text: str, label: np.ndarray) -> tuple[str, np.ndarray]:
    """The page as it is once its repeated passages have been dropped."""
    copied = np.flatnonzero(label <= -2)
    if not len(copied):
        return text, label
    keep = np.ones(len(text), bool)
    for run in np.split(copied, np.flatnonzero(np.diff(copied) > 60) + 1):
        whole = slice(run[0], run[-1] + 1)
        if (label[whole] >= 0).any():
            keep[run] = False
            continue
        keep[whole] = False
        after = run[-1] + 1
        while after < len(text) and text[after].isspace():
            keep[after] = False
            after += 1
    kept = np.flatnonzero(keep)
    return "".join(text[i] for i in kept), label[kept]


def _truth(blocks: list[dict], label: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> dict[str, np.ndarray]:
    n = len(starts)
    kind, weight = np.full(n, KINDS.index("furniture")), np.full(n, 0.1, np.float32)
    heads = np.zeros((n, len(HEADS)), np.float32)
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    opened: set[int] = set()
    for k in range(n):
        inside = label[starts[k] : ends[k]]
        inside = inside[inside >= 0]
        if not len(inside):  # what the engine made up
            continue
        b = Counter(inside.tolist()).most_common(1)[0][0]
        weight[k] = 1
        kind[k] = KINDS.index(blocks[b]["kind"])
        last[b] = k
        if b in first:
            kind[k] += len(KINDS)
            continue
        first[b] = k
        article = blocks[b]["article"]
        heads[k, HEADS.index("lost_start")] = blocks[b]["lost_start"]
        if article is not None:
            heads[k, HEADS.index("opens")] = article not in opened
            opened.add(article)
    for b, k in last.items():
        heads[k, HEADS.index("lost_end")] = blocks[b]["lost_end"]
    return {"label": kind, "weight": weight, "heads": heads}


class Reader(nn.Module):
    """Features → residual dilated convolutions over the lines → scores of labels, and of each head."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(CHARACTERS + 1, LETTERS)
        nn.init.normal_(self.embedding.weight, std=0.3)
        self.enter = nn.Linear(inputs, SIZE)
        self.enter_characters = nn.Linear((HEAD + TAIL) * LETTERS, SIZE, bias=False)
        self.convolutions = nn.ModuleList(nn.Conv1d(SIZE, SIZE, 3, padding=d, dilation=d) for d in DILATIONS)
        self.leave = nn.Linear(SIZE, LABELS + len(HEADS))
        self.transitions = nn.Parameter(torch.zeros(LABELS, LABELS))
        self.begin = nn.Parameter(torch.zeros(LABELS))
        self.dropout = nn.Dropout(0.15)

    def forward(self, x: torch.Tensor, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        if self.training:  # a character now and then is unknown, lest the model learn phrases by heart
            ids = torch.where(torch.rand(ids.shape) < 0.2, 0, ids)
        read = self.dropout(self.embedding(ids).flatten(2))
        h = torch.relu(self.enter(self.dropout(x)) + self.enter_characters(read)) * mask[..., None]
        for convolution in self.convolutions:
            h = (h + torch.relu(convolution(self.dropout(h).transpose(1, 2)).transpose(1, 2))) * mask[..., None]
        out = self.leave(self.dropout(h))
        return out[..., :LABELS], out[..., LABELS:]

    def chain_loss(self, scores: torch.Tensor, label: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Negative log-likelihood of the label sequences of a linear-chain model."""
        alpha = self.begin + scores[:, 0]
        gold = alpha.gather(1, label[:, :1])[:, 0]
        for t in range(1, scores.shape[1]):
            on = mask[:, t]
            step = torch.logsumexp(alpha[:, :, None] + self.transitions[None], dim=1) + scores[:, t]
            alpha = torch.where(on[:, None] > 0, step, alpha)
            here = scores[:, t].gather(1, label[:, t : t + 1])[:, 0] + self.transitions[label[:, t - 1], label[:, t]]
            gold = gold + here * on
        return (torch.logsumexp(alpha, dim=1) - gold).sum()


def pieces(pages: list[Page]) -> list[Page]:
    """Long pages cut, so that a batch is not mostly padding."""
    cut = []
    for x, truth in pages:
        parts = max(1, round(len(x) / PIECE))
        cut += [
            (x[rows], {key: value[rows] for key, value in truth.items()})
            for rows in np.array_split(np.arange(len(x)), parts)
        ]
    return cut


def train(pages: list[Page], arguments: argparse.Namespace, log: Callable[[str], None]) -> dict[str, np.ndarray]:
    epochs = arguments.epochs
    torch.manual_seed(arguments.seed)
    rng = np.random.default_rng(arguments.seed)
    stacked = np.concatenate([x for x, _ in pages])
    mean, spread = stacked.mean(0), stacked.std(0) + 1e-3
    model = Reader(len(mean))
    found, counts = np.unique(np.concatenate([truth["edges"].ravel() for _, truth in pages]), return_counts=True)
    known = np.sort(found[np.argsort(-counts, kind="stable")[:CHARACTERS]])
    if arguments.start:
        with np.load(arguments.start) as stored:
            known = stored["characters"]
            go_on(model, {name: stored[name] for name in stored.files}, mean, spread)
    parts = pieces(
        [((x - mean) / spread, {**truth, "edges": character_ids(truth["edges"], known)}) for x, truth in pages]
    )
    optimiser = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=1e-2)
    batch = 24
    steps = epochs * (len(parts) // batch + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, arguments.rate, total_steps=steps, pct_start=0.15)
    mean_model = torch.optim.swa_utils.AveragedModel(
        model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.998)
    )
    for epoch in range(epochs):
        model.train()
        order = rng.permutation(len(parts))
        order = order[np.argsort(np.array([len(parts[k][0]) for k in order]) // 25, kind="stable")]
        batches = [order[i : i + batch] for i in range(0, len(order), batch)]
        rng.shuffle(batches)
        total, began = 0.0, time.time()
        for rows in batches:
            longest = max(len(parts[k][0]) for k in rows)
            x = torch.zeros(len(rows), longest, len(mean))
            label = torch.zeros(len(rows), longest, dtype=torch.long)
            mask, weight = torch.zeros(len(rows), longest), torch.zeros(len(rows), longest)
            heads = torch.zeros(len(rows), longest, len(HEADS))
            ids = torch.zeros(len(rows), longest, HEAD + TAIL, dtype=torch.long)
            for r, k in enumerate(rows):
                features_of, truth = parts[k]
                n = len(features_of)
                x[r, :n] = torch.from_numpy(features_of)
                label[r, :n] = torch.from_numpy(truth["label"])
                mask[r, :n] = 1
                weight[r, :n] = torch.from_numpy(truth["weight"])
                heads[r, :n] = torch.from_numpy(truth["heads"])
                ids[r, :n] = torch.from_numpy(truth["edges"])
            scores, head_scores = model(x, ids, mask)
            chain = model.chain_loss(scores, label, mask)
            plain = nn.functional.cross_entropy(scores.flatten(0, 1), label.flatten(), reduction="none")
            side = nn.functional.binary_cross_entropy_with_logits(head_scores, heads, reduction="none").sum(-1)
            loss = (chain + 0.5 * (plain * weight.flatten()).sum() + 1.5 * (side * weight).sum()) / mask.sum()
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimiser.step()
            schedule.step()
            mean_model.update_parameters(model)
            total += loss.item() * mask.sum().item()
        log(f"epoch {epoch + 1}: loss {total / len(stacked):.4f}, {time.time() - began:.0f} s")
    return weights(mean_model.module, mean, spread, known)


def go_on(model: Reader, arrays: dict[str, np.ndarray], mean: np.ndarray, spread: np.ndarray) -> None:
    """Give a model the weights that :func:`weights` wrote."""

    def put(parameter: torch.Tensor, array: np.ndarray) -> None:
        parameter.data = torch.from_numpy(np.ascontiguousarray(array, np.float32))

    put(model.enter.weight, arrays["enter"].T * spread)
    put(model.enter.bias, arrays["enter_bias"] + mean @ arrays["enter"])
    for k, convolution in enumerate(model.convolutions):
        put(convolution.weight, arrays[f"convolution_{k}"].transpose(2, 1, 0))
        put(convolution.bias, arrays[f"convolution_{k}_bias"])
    put(model.embedding.weight, arrays["embedding"])
    put(model.enter_characters.weight, arrays["enter_characters"].T)
    put(model.leave.weight, arrays["leave"].T)
    put(model.leave.bias, arrays["leave_bias"])
    put(model.transitions, arrays["transitions"])
    put(model.begin, arrays["begin"])


def weights(model: Reader, mean: np.ndarray, spread: np.ndarray, known: np.ndarray) -> dict[str, np.ndarray]:
    """The model's arrays as they ship; the inputs' scale is folded into the first layer."""
    enter = model.enter.weight.detach().numpy() / spread
    arrays = {"enter": enter.T, "enter_bias": model.enter.bias.detach().numpy() - enter @ mean}
    for k, convolution in enumerate(model.convolutions):
        arrays[f"convolution_{k}"] = convolution.weight.detach().numpy().transpose(2, 1, 0)
        arrays[f"convolution_{k}_bias"] = convolution.bias.detach().numpy()
    arrays["embedding"] = model.embedding.weight.detach().numpy()
    arrays["enter_characters"] = model.enter_characters.weight.detach().numpy().T
    arrays["leave"] = model.leave.weight.detach().numpy().T
    arrays["leave_bias"] = model.leave.bias.detach().numpy()
    arrays["transitions"] = model.transitions.detach().numpy()
    arrays["begin"] = model.begin.detach().numpy()
    stored = {name: np.ascontiguousarray(array, np.float32) for name, array in arrays.items()}
    return {**stored, "characters": known}


def main() -> None:
    """Train, check, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, help="FOLDER or FOLDER:N to count its pages N times")
    parser.add_argument("--out", type=Path, default=Path("reader.npz"))
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--snippets", action="store_true", help="train on a few lines of each page as well")
    parser.add_argument("--start", type=Path, help="go on from these weights")
    parser.add_argument("--mean", action="store_true", help="write the mean of the weights of --start and the new ones")
    parser.add_argument("--rate", type=float, default=3e-3, help="the highest learning rate")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cache", type=Path, help="folder in which features are kept between runs")
    arguments = parser.parse_args()
    pages = []
    for entry in arguments.folders:
        folder, _, times = str(entry).partition(":")
        found = load_folder(Path(folder), arguments.cache)
        print(f"{folder}: {len(found)} pages, {sum(len(x) for x, _ in found)} lines", flush=True)
        pages += found * int(times or 1)
        if arguments.snippets:
            pages += load_folder(Path(folder), arguments.cache, snippets=True) * int(times or 1)
    arrays = train(pages, arguments, lambda line: print(line, flush=True))
    if arguments.mean:
        with np.load(arguments.start) as stored:
            arrays = {
                name: array if name == "characters" else (array + stored[name]) / 2 for name, array in arrays.items()
            }
    np.savez(arguments.out, **arrays)
    print(arguments.out, arguments.out.stat().st_size)


def load_folder(folder: Path, cache: Path | None, snippets: bool = False) -> list[Page]:
    """Features and truth of every page in the folder, or of a snippet of every page."""
    kept = cache / (folder.name + (".snippets.npy" if snippets else ".npy")) if cache else None
    if kept and kept.exists():
        return list(np.load(kept, allow_pickle=True))
    rng = random.Random(folder.name) if snippets else None
    pages = [page for path in sorted(folder.glob("*.gold.json")) if (page := truth_lines(path, rng))]
    if kept:
        held = np.empty(len(pages), object)
        held[:] = pages
        np.save(kept, held, allow_pickle=True)
    return pages


if __name__ == "__main__":
    main()
