"""The command and lines that are not what it takes them for: no documents, or no paragraphs."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner

import newsclean
from newsclean.corpus.command import dedupe as command

pytest.importorskip("duckdb")

from .generate import corpus, sentences

TEXTS, _ = corpus(11, 60)


def run(*arguments: object) -> str:
    answer = CliRunner().invoke(command, [str(a) for a in arguments])
    assert answer.exit_code == 0, answer.output
    return answer.output


@pytest.mark.parametrize("by", ["document", "paragraph"])
def test_bad_lines_are_left_out_and_named(tmp_path: Path, by: str) -> None:
    lines = [json.dumps({"id": i, "text": text}) + "\n" for i, text in enumerate(TEXTS)]
    (source := tmp_path / "corpus.jsonl").write_text("".join(lines), encoding="utf-8")
    bad = ['{"id": 5\n', '{"id": "void", "text": null}\n', "[1, 2]\n", "\udcff\n"]
    mixed, kept, groups = tmp_path / "mixed.jsonl", tmp_path / "kept.jsonl", tmp_path / "groups.jsonl"
    content = [bad[0], *lines[:7], "\n", bad[1], bad[2], *lines[7:], bad[3]]
    mixed.write_text("".join(content), encoding="utf-8", errors="surrogateescape")
    refused = CliRunner().invoke(command, [str(mixed), "-o", str(kept), "--by", by])
    assert (refused.exit_code, "mixed.jsonl, line 1: not JSON" in refused.output, "--skip-bad" in refused.output) == (2, True, True)
    told = run(mixed, "-o", kept, "--groups", groups, "--by", by, "--skip-bad")
    for place in ("line 1: not JSON", "line 10 (id 'void')", "line 11: expected", f"line {len(content)}: not UTF-8"):
        assert f"left out: {mixed}, {place}" in told
    expected, whole = tmp_path / "expected.jsonl", tmp_path / "whole.jsonl"
    assert run(source, "-o", expected, "--groups", whole, "--by", by) in told
    assert kept.read_text(encoding="utf-8") == expected.read_text(encoding="utf-8")
    assert groups.read_text(encoding="utf-8") == whole.read_text(encoding="utf-8")
    mixed.write_text("".join(bad[:3]), encoding="utf-8")  # nothing else: a file of another kind
    assert CliRunner().invoke(command, [str(mixed), "-o", str(kept), "--skip-bad"]).exit_code == 2


def test_lines_that_are_no_paragraphs_are_told(tmp_path: Path) -> None:
    """Two editions of a page, each wrapped at its own width, share lines only by chance; joined, they share paragraphs."""
    rng = random.Random(4)
    parts = ["".join(sentences(rng, 2)) for _ in range(4)]
    source, clean, kept, groups = (tmp_path / n for n in ("p.jsonl", "c.jsonl", "k.jsonl", "g.jsonl"))
    pages = {name: [f"　　{part}"[i : i + width] for part in parts for i in range(0, len(part) + 2, width)] for name, width in (("早", 21), ("晚", 17))}
    source.write_text("".join(json.dumps({"id": n, "text": "\n".join(x)}) + "\n" for n, x in pages.items()), encoding="utf-8")
    assert "lines end in mid-sentence" in run(source, "-o", kept, "--by", "paragraph")
    clean.write_text("".join(json.dumps({"id": n, "text": newsclean.clean("\n".join(x))}) + "\n" for n, x in pages.items()), encoding="utf-8")
    assert "mid-sentence" not in run(clean, "-o", kept, "--by", "paragraph", "--groups", groups)
    assert [json.loads(line) for line in groups.open(encoding="utf-8")] == [[["早", i], ["晚", i]] for i in range(4)]
