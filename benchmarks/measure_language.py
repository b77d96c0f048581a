"""The figures of docs/language-model.md, measured on text that the model was not learned from."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import click
import numpy as np
import numpy.typing as npt
from language_text import Document, cuts, negatives, neighbours, pieces

from newsclean.language import LanguageModel


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
