"""The network of the language model, learned: what a junction, a beginning and an end look like beyond n-grams."""

from __future__ import annotations

from typing import Any

import click
import numpy as np
import numpy.typing as npt
from language_text import Document
from train_ngrams import fold

from newsclean.language import REACH
from newsclean.ngrams import NOTHING, Ints

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
