"""The scorer of the benchmarks, held against small pages whose figures were worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import quality
import speed
import truth
from scoring import Scores, Truth, alike, less_is_better

from newsclean.page import Article, Block, Dropped, Kind, Page

# two articles: 0 to 10 and 11 to 24; the first paragraph is cut in two, and its second half stands again at the end
TEXT = "甲县丰收\n\n今年粮食\n\n大增。\n乙市通车\n一条新路通车。\n大增。"
TITLE, CUT, OTHER, LAST, AGAIN = (0, 4), ((6, 10), (12, 15)), (16, 20), (21, 28), (29, 32)
GOLD: dict[str, Any] = {
    "noise": 0,
    "moved": False,
    "labels": [[*TITLE, 0], [*CUT[0], 1], [*CUT[1], 1], [*OTHER, 2], [*LAST, 3], [*AGAIN, -2]],
    "blocks": [
        {"kind": "headline", "text": "甲县丰收", "article": 0, "lost_start": False, "lost_end": False, "spoils": []},
        {"kind": "paragraph", "text": "今年粮食大增。", "article": 0, "lost_start": False, "lost_end": False, "spoils": []},
        {"kind": "headline", "text": "乙市通车", "article": 1, "lost_start": False, "lost_end": False, "spoils": []},
        {
            "kind": "paragraph",
            "text": "一条新路通车！",
            "article": 1,
            "lost_start": False,
            "lost_end": True,
            "spoils": [["half-width", "", ""]],
        },
    ],
    "articles": [
        {"banner": None, "kicker": None, "headline": "甲县丰收", "subtitle": None, "byline": ["张婷"]},
        {"banner": None, "kicker": None, "headline": "乙市通车", "subtitle": None, "byline": []},
    ],
    "duplicates": [{"of": 1, "text": "大增。"}],
}
RIGHT = Page(
    (
        Block("headline", "甲县丰收", (TITLE,), 0),
        Block("paragraph", "今年粮食大增。", CUT, 0),
        Block("headline", "乙市通车", (OTHER,), 1),
        Block("paragraph", "一条新路通车！", (LAST,), 1, lost_end=True),
    ),
    (Article(headline="甲县丰收", byline=("张婷",)), Article(headline="乙市通车")),
    (Dropped((AGAIN,), "duplicate", 1),),
)


def scored(page: Page, gold: dict[str, Any] = GOLD) -> Scores:
    scores = Scores()
    scores.add(Truth.of(TEXT, gold), page)
    return scores


def test_a_right_answer_is_right_in_everything() -> None:
    figures = scored(RIGHT).figures()
    assert {name for name, value in figures.items() if value != (0 if less_is_better(name) else 1)} == set()


def test_errors_before_are_those_of_the_page() -> None:
    errors = scored(RIGHT).errors["half-width"]  # 。 for ！ in seven characters
    assert (errors.before, errors.after, errors.of) == (1, 0, 7)


def test_joins() -> None:
    """Four line ends between kept characters, one of them to be joined: missed, and another joined in its place."""
    blocks = (
        Block("headline", "甲县丰收今年粮食", (TITLE, CUT[0]), 0),
        Block("paragraph", "大增。", (CUT[1],), 0),
        *RIGHT.blocks[2:],
    )
    joins = scored(Page(blocks, RIGHT.articles, RIGHT.dropped)).joins
    assert (joins.right, joins.false, joins.missed) == (0, 1, 1)
    assert (joins.precision, joins.recall, joins.f1) == (0, 0, 0)


def test_a_copy_that_stays_is_missed_and_a_short_one_that_is_none_is_no_alarm() -> None:
    blocks = (*RIGHT.blocks[:3], Block("paragraph", "大增。", (AGAIN,), 1))
    copies = scored(Page(blocks, RIGHT.articles, (Dropped((LAST,), "duplicate"),))).copies
    assert (copies.right, copies.false, copies.missed) == (0, 0, 1)


def test_dropping_the_first_of_two_copies_is_as_good() -> None:
    blocks = (
        RIGHT.blocks[0],
        Block("paragraph", "今年粮食大增。", (CUT[0], AGAIN), 0),
        *RIGHT.blocks[2:],
    )
    figures = scored(Page(blocks, RIGHT.articles, (Dropped((CUT[1],), "duplicate"),)))
    assert (figures.copies.right, figures.copies.false, figures.copies.missed) == (1, 0, 0)


def test_eight_characters_dropped_that_nothing_repeats_are_a_false_alarm() -> None:
    gone = Page((RIGHT.blocks[0], RIGHT.blocks[1]), RIGHT.articles[:1], (Dropped((OTHER, LAST, AGAIN), "duplicate"),))
    copies = scored(gone).copies
    assert (copies.right, copies.false, copies.missed) == (1, 1, 0)


def test_two_articles_taken_for_one() -> None:
    """Eleven characters each: every one has half of what stands with it from its own article, and all of that."""
    one = Page(
        tuple(Block(b.kind, b.text, b.source, 0) for b in RIGHT.blocks),
        (Article(headline="甲县丰收 乙市通车", byline=("张婷", "王峰")),),
        RIGHT.dropped,
    )
    scores = scored(one)
    assert (scores.own_share, scores.found_share, scores.in_articles) == (11, 22, 22)
    assert scores.figures()["bcubed_f1"] == round(2 / 3, 4)
    assert (scores.exact.right, scores.exact.false, scores.exact.missed) == (0, 1, 2)
    # each true article is half of it, which is enough to ask for its fields
    headline, people = scores.fields["headline"], scores.people
    assert (headline.right, headline.false, headline.missed) == (0, 2, 2)
    assert (people.right, people.false, people.missed) == (1, 3, 0)


def test_articles_of_pages_with_moved_pieces_are_counted_apart() -> None:
    scores = scored(RIGHT, {**GOLD, "moved": True})
    assert (scores.exact.right, scores.exact_unmoved.right) == (2, 0)


@pytest.mark.parametrize(("kind", "right"), [("kicker", 22), ("paragraph", 18), ("furniture", 18)])
def test_kinds_of_titles_count_as_one(kind: Kind, right: int) -> None:
    blocks = (Block(kind, "甲县丰收", (TITLE,), 0), *RIGHT.blocks[1:])
    scores = scored(Page(blocks, RIGHT.articles, RIGHT.dropped))
    assert (scores.of_right_kind, scores.of_known_kind) == (right, 22)


def test_lost_ends() -> None:
    blocks = (
        RIGHT.blocks[0],
        Block("paragraph", "今年粮食大增。", CUT, 0, lost_end=True),
        RIGHT.blocks[2],
        Block("paragraph", "一条新路通车！", (LAST,), 1, lost_start=True),
    )
    scores = scored(Page(blocks, RIGHT.articles, RIGHT.dropped))
    assert (scores.lost_end.right, scores.lost_end.false, scores.lost_end.missed) == (0, 1, 1)
    assert (scores.lost_start.right, scores.lost_start.false, scores.lost_start.missed) == (0, 1, 0)


def test_what_stands_nowhere_or_twice_is_told() -> None:
    blocks = (Block("headline", "甲县丰收", (TITLE, TITLE), 0), *RIGHT.blocks[1:3])
    assert scored(Page(blocks, RIGHT.articles, RIGHT.dropped)).unaccounted == 4 + 7


def test_on_a_misread_page_one_character_in_five_may_differ() -> None:
    assert alike("张婷", "张停", True)
    assert not alike("张婷", "张停", False)
    assert not alike("甲县今年又丰收", "乙县去年又丰收", True)
    assert not alike("张婷", "", True)


def test_seed_pages_hold_their_floors(capsys: pytest.CaptureFixture[str]) -> None:
    floors = Path(quality.__file__).with_name("floors.toml")
    assert quality.main([str(truth.SEEDS), "--floors", str(floors)]) == 0, capsys.readouterr().out


def test_floors_only_rise(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    floors = tmp_path / "floors.toml"
    quality.write_floors(floors, {"seeds": {"join_recall": 1.1, "bcubed_f1": 0.1, "unaccounted": -1, "errors_leak": 0.9}})
    assert quality.main([str(truth.SEEDS), "--floors", str(floors), "--raise"]) == 1
    said = capsys.readouterr().out
    assert "join_recall" in said.splitlines()[-2]
    assert "unaccounted" in said.splitlines()[-1]
    row = quality.read_floors(floors)["seeds"]
    assert (row["join_recall"], row["unaccounted"]) == (1.1, -1)
    assert row["bcubed_f1"] > 0.1
    assert row["errors_leak"] < 0.9
    assert "kind_accuracy" in row


def test_a_folder_without_pages_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        quality.main([str(tmp_path)])
    assert stopped.value.code == 2
    assert str(tmp_path) in capsys.readouterr().err


@pytest.mark.parametrize(
    ("gold", "said"),
    [
        ("{", "Expecting property name"),
        ('{"labels": [], "blocks": []}', "no field articles"),
        ('{"labels": [[0, 9, 0]], "blocks": [], "articles": []}', "[0, 9, 0] is no place of a text of 2 characters"),
        ('{"labels": [[0, 2, 0]], "blocks": [], "articles": []}', "[0, 2, 0]: there are 0 blocks and 0 duplicates"),
        ('{"labels": [], "blocks": [{"kind": "paragraph", "text": ""}], "articles": []}', "block 0 has no article"),
        (
            '{"labels": [], "blocks": [{"kind": "paragraph", "text": "", "article": 1}], "articles": [{}]}',
            "block 0 is of article 1: there are 1",
        ),
    ],
)
def test_a_wrong_truth_is_told_with_its_file(
    gold: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "page.txt").write_text("今天", encoding="utf-8")
    (tmp_path / "page.gold.json").write_text(gold, encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        quality.main([str(tmp_path)])
    assert stopped.value.code == 2
    told = capsys.readouterr().err
    assert "page.gold.json" in told
    assert said in told


def test_floors_of_speed_are_beside_zlib_and_only_rise(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    floors = tmp_path / "floors.toml"
    quality.write_floors(floors, {"seeds": {"join_recall": 0.5}})
    assert speed.held({"wrap": {"clean": 2.0, "zlib": 10.0}}, floors, raises=True) == 0
    assert quality.read_floors(floors) == {"seeds": {"join_recall": 0.5}, "speed/wrap": {"clean": 0.16}}
    assert speed.held({"wrap": {"clean": 0.9, "zlib": 5.0}}, floors, raises=False) == 0  # a slower machine
    assert speed.held({"wrap": {"clean": 1.5, "zlib": 10.0}}, floors, raises=True) == 1
    assert "speed/wrap: clean is 0.15, its floor 0.16" in capsys.readouterr().out
    assert quality.read_floors(floors)["speed/wrap"] == {"clean": 0.16}
