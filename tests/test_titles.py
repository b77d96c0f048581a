"""Titles that share a line are divided on pages that run blocks together, and nowhere else."""

from __future__ import annotations

import itertools

import newsclean
from newsclean.layout.lines import lines_of
from newsclean.layout.reading import ReadBlock
from newsclean.layout.titles import places, split_titles
from newsclean.page import Kind

BODY = "本报讯 昨日，记者从市水务局获悉，城南水厂扩建工程已经完工，近十万居民用上了新水源的自来水。"


def divided(rows: list[tuple[Kind, str]], gap: str = "\n\n") -> list[tuple[Kind, str]]:
    """The blocks of a page whose lines were read as these kinds, after their division."""
    lines = lines_of(gap.join(text for _, text in rows))
    blocks = [ReadBlock(kind, (k,), 0.0, 0.0, -5.0, -5.0) for k, (kind, _) in enumerate(rows)]
    made, pieces = split_titles(blocks, lines)
    return [(block.kind, "".join(pieces.string(k) for k in block.lines)) for block in made]


def shared(title: str) -> list[tuple[Kind, str]]:
    """A page with this title, on which another banner and a subtitle share lines with headlines too."""
    return [
        ("headline", title),
        ("paragraph", BODY),
        ("headline", "【民生热线】老旧小区加装电梯最高补助二十万元"),
        ("paragraph", "老旧小区加装电梯，居民最关心补助。住建局介绍，每部电梯最高补助二十万元。"),
        ("headline", "百亩荷塘引来八方游客——城北镇农旅融合见闻"),
        ("paragraph", "盛夏时节，城北镇的百亩荷塘迎来八方游客，农家乐天天客满。"),
    ]


def test_a_banner_in_brackets_and_a_subtitle_behind_a_dash_are_divided_from_their_headlines() -> None:
    got = divided(shared("城南水厂扩建工程完工"))
    assert ("banner", "【民生热线】") in got
    assert ("headline", "老旧小区加装电梯最高补助二十万元") in got
    assert ("headline", "百亩荷塘引来八方游客") in got
    assert ("subtitle", "——城北镇农旅融合见闻") in got
    assert ("headline", "城南水厂扩建工程完工") in got


def test_a_byline_behind_a_headline_is_a_block_of_its_own() -> None:
    got = divided(shared("城南水厂扩建工程完工本报记者 张婷 通讯员 王峰"))
    assert got[:2] == [("headline", "城南水厂扩建工程完工"), ("byline", "本报记者 张婷 通讯员 王峰")]


def test_lines_that_follow_without_gaps_are_never_divided() -> None:
    rows = shared("时评城南水厂扩建工程完工")
    assert divided(rows, "\n") == rows


def test_no_place_lies_in_a_bracket_a_number_or_a_latin_word() -> None:
    text = "【民生 热线】GDP增长12%，“老旧 小区”改造"
    assert {text[p - 1 : p + 1] for p in places(text).tolist()}.isdisjoint({"民生", "GD", "DP", "12", "老旧", "小区"})


def test_every_character_of_a_divided_page_stands_in_one_block() -> None:
    text = "\n\n".join(line for _, line in shared("时评城南水厂扩建工程完工　本报记者 张婷"))
    page = newsclean.segment_articles(text)
    assert page.unaccounted(text) == []
    starts = sorted(span for block in page.blocks for span in block.source)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(starts))
