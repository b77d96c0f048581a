"""Long pages: what is done part by part, or left out because it cannot matter, gives what the whole would give."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest
from test_repeats import misread, paragraph, wrap
from truth import seed

from newsclean import language
from newsclean.language import load
from newsclean.layout import cohesion, model
from newsclean.layout.features import edges_of, features
from newsclean.layout.lines import Floats, lines_of
from newsclean.layout.model import load_reader
from newsclean.repeats import finding, passages

SEED = seed("000_a5be2ab77f3884b8")[0]


def test_a_page_read_in_parts_reads_as_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = lines_of("\n".join(line[at : at + 17] for line in SEED.split("\n") for at in range(0, len(line), 17)))
    assert len(lines) > 150
    table, names = features(lines, load())
    whole = load_reader().read(table, edges_of(lines).codes)
    for module in (language, cohesion, model):
        monkeypatch.setattr(module, "_ROWS", 24)
    in_parts, _ = features(lines, load())
    different = np.abs(in_parts - table).max(axis=0) > 1e-5
    assert not different.any(), [name for name, differs in zip(names, different, strict=True) if differs]
    parts = load_reader().read(table, edges_of(lines).codes)
    assert np.allclose(parts.scores, whole.scores, atol=1e-3)
    assert (parts.kinds == whole.kinds).all()
    assert (parts.continues == whole.continues).all()


@pytest.mark.parametrize("scale", [0.3, 2.0, 9.0])
@pytest.mark.parametrize("n", [1, 2, 60])
def test_labels_left_out_are_in_no_best_sequence(n: int, scale: float) -> None:
    rng = np.random.default_rng(n)
    scores = (rng.normal(size=(n, 7)) * scale).astype(np.float32)
    transitions = rng.normal(size=(7, 7)).astype(np.float32) * 2
    begin = rng.normal(size=7).astype(np.float32)

    def worth(labels: list[int]) -> float:
        steps = sum(transitions[a, b] for a, b in pairwise(labels))
        return float(begin[labels[0]] + sum(scores[np.arange(n), labels]) + steps)

    labels = model._best_labels(scores, transitions.tolist(), begin.tolist(), model._losses(transitions, begin)).tolist()
    assert worth(labels) == pytest.approx(worth(viterbi(scores, transitions, begin)), abs=1e-3)


def viterbi(scores: Floats, transitions: Floats, begin: Floats) -> list[int]:
    """The best sequence, all labels of all lines looked at."""
    best, came_from = begin + scores[0], []
    for row in scores[1:]:
        reached = best[:, None] + transitions
        came_from.append(reached.argmax(axis=0))
        best = reached.max(axis=0) + row
    labels = [int(best.argmax())]
    for came in reversed(came_from):
        labels.append(int(came[labels[-1]]))
    return labels[::-1]


@pytest.mark.parametrize(
    "text", ["".join(random.Random(0).choices("0123456789", k=20_000)), SEED + SEED[500:] + SEED[:900]]
)
def test_runs_that_stand_alone_are_of_no_passage(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    key = passages.key_of(text)
    monkeypatch.setattr(passages, "MANY", 1 << 60)
    everything = passages.runs(key).found
    monkeypatch.setattr(passages, "MANY", 0)
    monkeypatch.setattr(passages, "AT_ONCE", 200)
    fewer = passages.runs(key).found
    assert len(fewer) < len(everything)
    together, apart = (
        [chain for chain in passages.chains(found) if len(chain) > 1 or chain[0].n >= passages.RUN + 2]
        for found in (everything, fewer)
    )
    assert together == apart


@pytest.mark.parametrize("width", [999, 17])
def test_a_long_text_is_gone_through_in_stretches(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(5)
    page = list(dict.fromkeys(paragraph(rng) for _ in range(60)))
    near, read_anew, far = page[20], misread(rng, page[31], 0.03), page[2]
    laid = [wrap(p, width) for p in [*page[:24], near, *page[24:35], read_anew, *page[35:], far]]
    copies = [24, 36, len(laid) - 1]
    text = "\n\n".join(laid)
    kept = "\n\n".join(p for k, p in enumerate(laid) if k not in copies)
    assert finding.drop_duplicates(text) == kept
    monkeypatch.setattr(finding, "STRETCH", len(text) // 8)
    spans = [finding._stretch(text, done, []) for done in range(0, len(text), len(text) // 8)]
    assert all(end - start < len(text) / 2 for start, end in spans)
    assert finding.drop_duplicates(text) == kept
    found = finding.find_repeats(text)
    assert [text[r.start : r.end] for r in found] == [laid[k] for k in copies]
    assert [solid(text[slice(*r.of)]) in solid(laid[k]) for r, k in zip(found, (20, 32, 2), strict=True)] == [True] * 3


def solid(text: str) -> str:
    return "".join(text.split())


def test_one_sentence_through_all_stretches_stays_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sentence = "盐场的老工人说，晒盐靠的是风和太阳，急不得。\n"
    monkeypatch.setattr(finding, "STRETCH", 200)
    assert finding.drop_duplicates(sentence * 300) == sentence


def test_what_stands_in_a_line_is_told_of_that_line_in_any_order() -> None:
    lines = lines_of("本报记者 周望舒 3月2日报道\n果农一早上山，把竹竿一根根撑好。\n编辑 石方")
    order = np.array([2, 0, 1])
    table, names = features(lines, load())
    moved, _ = features(lines.only(order), load())
    for name in ("has reporter", "head reporter", "has staff", "names", "dates", "share han"):
        column = names.index(name)
        assert table[:, column].any()
        assert moved[:, column].tolist() == table[order, column].tolist()
