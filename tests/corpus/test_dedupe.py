from __future__ import annotations

import json
import random
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean.corpus import InputError, Place, Result, dedupe, shared_spans
from newsclean.corpus.groups import components, damage, group

from .generate import break_lines, corpus, misread, sentences

TEXTS, CLUSTER = corpus(1, 60)


def planted(groups: list[list[int]], cluster: list[int]) -> tuple[float, float]:
    have = {p for g in groups for p in combinations(g, 2)}
    want = {(a, b) for a, b in combinations(range(len(cluster)), 2) if cluster[a] == cluster[b] >= 0}
    return len(have & want) / len(have), len(have & want) / len(want)


@pytest.fixture(scope="module")
def result() -> Result:
    return dedupe(TEXTS)


@pytest.mark.parametrize(("preset", "floor"), [("default", 0.98), ("fast", 0.9)])
def test_planted_duplicates_are_found_and_hard_negatives_left(preset: str, floor: float) -> None:
    for seed in (2, 3):
        texts, cluster = corpus(seed, 60)
        precision, recall = planted(dedupe(texts, preset=preset).groups, cluster)
        assert precision >= 0.98
        assert recall >= floor


def test_everything_is_kept_or_dropped_with_its_reason(result: Result) -> None:
    assert sorted(result.kept + [d.id for d in result.dropped]) == list(range(len(TEXTS)))
    kept = set(result.kept)
    for d in result.dropped:
        assert d.kept in kept
        assert d.similarity >= result.threshold
        assert next(g for g in result.groups if d.id in g).count(d.nearest) == 1
    assert [g[0] for g in result.groups] == sorted(g[0] for g in result.groups)


def test_the_order_of_documents_does_not_change_the_groups(result: Result) -> None:
    order = random.Random(9).sample(range(len(TEXTS)), len(TEXTS))
    mixed = dedupe([(i, TEXTS[i]) for i in order])
    assert {frozenset(g) for g in mixed.groups} == {frozenset(g) for g in result.groups}


def test_another_threshold_needs_no_new_hashing(result: Result) -> None:
    for threshold in (0.55, 0.9):
        again = dedupe(TEXTS, threshold=threshold)
        assert result.at(threshold).groups == again.groups
        assert result.at(threshold).kept == again.kept
    assert len(result.at(0.95).kept) > len(result.kept)
    with pytest.raises(ValueError, match="threshold"):
        result.at(0.1)


def test_pairs_nearest_to_the_threshold(result: Result) -> None:
    near = result.nearest(5)
    distances = [abs(p.similarity - result.threshold) for p in near]
    assert distances == sorted(distances)
    assert max(distances) <= min(
        abs(p.similarity - result.threshold) for p in result if p.verdict == "same" and p not in near
    )


def test_keep_policies() -> None:
    whole = "".join(sentences(random.Random(1), 10))
    items = [("cut", whole[:-60]), ("broken", break_lines(random.Random(2), whole)), ("whole", whole), ("long", whole + "另有通知。\ufffd")]
    kept: dict[Any, list[Any]] = {
        keep: dedupe(items, keep=keep).kept for keep in ("first", "longest", "cleanest")
    }
    assert kept == {"first": ["cut"], "longest": ["long"], "cleanest": ["whole"]}
    assert dedupe(items, keep=lambda item: item[0] == "broken").kept == ["broken"]
    with pytest.raises(ValueError, match="keep policy"):
        _ = dedupe(items, keep="best").kept


def test_damage_counts_places() -> None:
    assert damage("第一段。\n第二段。\n") == 0
    assert damage("第一\n段。\x07第二\ue000段\ufffd") == 4


def test_spans_are_those_of_the_texts_given() -> None:
    rng = random.Random(5)
    parts = sentences(rng, 8)
    a = "".join(parts)
    b = "报头\n" + break_lines(rng, parts[5] + misread(rng, parts[1] + parts[2], 0.05))
    spans = shared_spans(a, b)
    assert [s.b_start for s in spans] == sorted(s.b_start for s in spans)
    covered = sum(s.b_end - s.b_start for s in spans)
    assert covered > 0.9 * (len(b) - 2)
    first = spans[0]
    assert a[first.a_start : first.a_end].strip("。") in parts[5]
    assert shared_spans("😀一二三四五六七八九十", "一二三四五六七八九十")[0] == (1, 11, 0, 10)


def test_a_moved_and_renamed_article_is_found_by_its_paragraphs() -> None:
    rng = random.Random(6)
    shared = sentences(rng, 3)
    page_a = {"id": "p1", "text": "\n".join(["水利工程开工", *shared, *sentences(rng, 4)])}
    page_b = {"id": "p7", "text": "\n".join([*sentences(rng, 5), "本县大修水渠", *shared])}
    found = dedupe([page_a, page_b], by="paragraph")
    assert [(p.a, p.a_paragraph, p.b, p.b_paragraph) for p in found.shared_parts()] == [
        ("p1", 1, "p7", 6), ("p1", 2, "p7", 7), ("p1", 3, "p7", 8),
    ]
    assert found.groups[0] == [Place("p1", 1), Place("p7", 6)]
    assert dedupe([page_a, page_b]).groups == []


def frames() -> dict[str, Callable[[list[dict[str, Any]], Path], Any]]:
    def jsonl(rows: list[dict[str, Any]], folder: Path) -> Path:
        path = folder / "c.jsonl"
        path.write_text("\n\n".join(json.dumps(r, ensure_ascii=False) for r in rows), encoding="utf-8")
        return path

    def parquet(rows: list[dict[str, Any]], folder: Path) -> Path:
        pq.write_table(pa.Table.from_pylist(rows), folder / "c.parquet")
        return folder / "c.parquet"

    def pandas(rows: list[dict[str, Any]], folder: Path) -> Any:
        return pytest.importorskip("pandas").DataFrame(rows)

    def polars(rows: list[dict[str, Any]], folder: Path) -> Any:
        return pytest.importorskip("polars").DataFrame(rows)

    return {
        "generator": lambda rows, folder: iter(rows),
        "pairs": lambda rows, folder: [(r["id"], r["text"]) for r in rows],
        "arrow": lambda rows, folder: pa.Table.from_pylist(rows),
        "reader": lambda rows, folder: pa.Table.from_pylist(rows).to_reader(),
        "jsonl": jsonl,
        "parquet": parquet,
        "pandas": pandas,
        "polars": polars,
    }


@pytest.mark.parametrize("kind", list(frames()))
def test_inputs(kind: str, tmp_path: Path) -> None:
    rows = [{"id": f"d{i}", "text": t} for i, t in enumerate(TEXTS[:40])]
    assert dedupe(frames()[kind](rows, tmp_path)).groups == dedupe(rows).groups != []


def test_columns_of_text() -> None:
    texts = [TEXTS[0], TEXTS[1], TEXTS[0]]
    assert dedupe(pa.chunked_array([texts])).groups == [[0, 2]]
    assert dedupe(pytest.importorskip("polars").Series(texts)).groups == [[0, 2]]


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ([{"id": 1, "body": "甲"}], "no field 'text'; it has id, body"),
        ([("a", "甲"), ("b", "甲"), ("a", "乙")], "id 'a' stands twice; ids must be unique"),
        ([{"id": [1], "text": "甲"}], "document 0: the id is a list; give a string or a number"),
        ([{"id": 1, "text": float("nan")}], "field 'text' is float, not a string"),
        ([7], "document 0: expected a string"),
        ("甲乙", "expected documents or the path"),
        (Path("nowhere.jsonl"), "nowhere.jsonl: no such file"),
    ],
)
def test_errors_name_the_place(items: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        dedupe(items)


def test_an_id_that_is_missing_is_the_number() -> None:
    found = dedupe([{"id": float("nan"), "text": TEXTS[0]}, {"id": None, "text": TEXTS[0]}, {"id": "c", "text": TEXTS[1]}])
    assert (found.groups, found.kept) == ([[0, 1]], [0, "c"])


def test_nothing_to_do() -> None:
    assert dedupe([]).kept == []
    empty = dedupe(["", "。", " "])
    assert (empty.kept, empty.counts.empty) == ([0, 1, 2], 3)


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=40))
def test_components_against_a_walk(edges: list[tuple[int, int]]) -> None:
    near: dict[int, set[int]] = {i: {i} for i in range(20)}
    for a, b in edges:
        near[a].add(b)
        near[b].add(a)
    ab = np.array(edges, np.int64).reshape(-1, 2)
    root = components(20, ab[:, 0], ab[:, 1])
    for i in range(20):
        seen, todo = {i}, [i]
        while todo:
            new = near[todo.pop()] - seen
            seen |= new
            todo += new
        assert root[i] == min(seen)
    assert group(root) == [g for i in range(20) if len(g := [j for j in range(20) if root[j] == i]) > 1]


def test_a_long_chain_is_one_group() -> None:
    at = np.arange(30_000)
    order = np.random.default_rng(2).permutation(30_001)
    assert (components(30_001, order[at], order[at + 1]) == 0).all()


def test_a_copy_in_the_other_script_is_found() -> None:
    simplified = "省水利厅昨日召开会议，研究农业灌溉与防汛工作。来自各县的代表汇报了堤坝检查情况，预计两万亩农田受益。"
    traditional = "省水利廳昨日召開會議，研究農業灌溉與防汛工作。來自各縣的代表匯報了堤壩檢查情況，預計兩萬畝農田受益。"
    result = dedupe([simplified, traditional, TEXTS[0]])
    assert result.kept == [0, 2]
    (pair,) = result
    assert pair.similarity == 1
    (span,) = result.spans(pair)
    assert traditional[span.b_start : span.b_end] == traditional[:-1]


def test_an_article_under_another_headline_is_found_by_its_paragraphs() -> None:
    own, *body = sentences(random.Random(5), 4)
    page_one = "\n".join(["市政府部署防汛工作", *body, "图为记者在现场拍摄"])
    page_two = "\n".join([own, "汛期将至 各县查堤坝", *body])
    result = dedupe([("一版", page_one), ("二版", page_two)], by="paragraph")
    assert [(p.a, p.a_paragraph, p.b, p.b_paragraph) for p in result.shared_parts()] == [
        ("一版", 1, "二版", 2),
        ("一版", 2, "二版", 3),
        ("一版", 3, "二版", 4),
    ]
    assert all(p.similarity == 1 for p in result.shared_parts())
