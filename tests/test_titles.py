"""Titles that share a line are divided on pages that give each line of print by itself, and nowhere else."""

from __future__ import annotations

import itertools

import newsclean
from newsclean.layout.lines import lines_of
from newsclean.layout.reading import ReadBlock
from newsclean.layout.titles import places, split_titles
from newsclean.page import Kind

BODY = "本报讯 昨日，记者从市水务局获悉，城南水厂扩建工程已经完工，近十万居民用上了新水源的自来水。"


PRINT = (
    "入汛以来，县水务局把水库和河道的巡查排在各项工作的前头，值班人员每天两次到坝上看水位、查渗漏，把看到的情况逐条"
    "记在本子上。青石河沿岸的六个村子各选出三名护堤员，白天清理河滩上的枯枝和淤泥，夜里轮流守在闸口。镇里的仓库备下了"
    "编织袋、铁锹、照明灯和两艘小船，民兵和村干部已经演练过两回转移。七十二岁的老护堤员赵长根说，他守了三十多年河堤，"
    "今年的准备最早，东西也最齐，乡亲们夜里睡得踏实。据了解，全县十四座小水库在春天里都已加固，溢洪道清理完毕，下游的"
    "桥涵也逐一看过，没有发现隐患。气象台的短信每天傍晚发到各村，哪里有雨、雨有多大，大家心里都有数。"
)


def divided(rows: list[tuple[Kind, str]], gap: str = "\n\n", column: int = 12) -> list[tuple[Kind, str]]:
    """The blocks of a page whose lines were read as these kinds, after their division.

    Before them stands an article's text in lines of so many characters.
    """
    printed = [PRINT[at : at + column] for at in range(0, len(PRINT), column)]
    lines = lines_of(gap.join([*printed, *(text for _, text in rows)]))
    body = ReadBlock("paragraph", tuple(range(len(printed))), 0.0, -5.0, -5.0)
    blocks = [ReadBlock(kind, (k,), 0.0, -5.0, -5.0) for k, (kind, _) in enumerate(rows, len(printed))]
    made, pieces = split_titles([body, *blocks], lines)
    return [(block.kind, "".join(pieces.string(k) for k in block.lines)) for block in made[1:]]


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


def test_where_blank_lines_part_paragraphs_or_columns_no_line_is_divided() -> None:
    rows = shared("城南水厂扩建工程完工本报记者 张婷 通讯员 王峰")
    assert divided(rows, column=len(PRINT)) == rows
    assert divided(rows, column=100) == rows


def test_headlines_stay_whole() -> None:
    rows: list[tuple[Kind, str]] = [
        (kind, text)
        for title, body in (
            ("城南水厂扩建工程完工 十万居民用上新水源", BODY),
            ("老旧小区加装电梯最高补助二十万元", "住建局介绍，每部电梯最高补助二十万元，已有四十个小区报名。"),
            ("“我把果园当课堂”", "农技员刘秀兰在果园里教大家修枝，她说果园就是课堂。"),
            ("县医院：挂号缴费 一部手机全办完", "县医院的挂号、缴费、取报告，如今在手机上都能办完。"),
            ("青石河大桥明日通车 沿岸六个村庄告别渡船", "青石河大桥明日通车，沿岸的六个村庄从此告别渡船。"),
            ("今年首季全县外贸增长一成二", "据海关统计，一季度全县外贸进出口比去年同期增长百分之十二。"),
        )
        for kind, text in (("headline", title), ("paragraph", body))
    ]
    assert divided(rows) == rows


def test_no_place_lies_in_a_bracket_a_number_or_a_latin_word() -> None:
    text = "【民生 热线】GDP增长12%，“老旧 小区”改造"
    assert {text[p - 1 : p + 1] for p in places(text).tolist()}.isdisjoint({"民生", "GD", "DP", "12", "老旧", "小区"})


def test_every_character_of_a_divided_page_stands_in_one_block() -> None:
    rows = [line for _, line in shared("时评城南水厂扩建工程完工　本报记者 张婷")]
    text = "\n\n".join([*(PRINT[at : at + 12] for at in range(0, len(PRINT), 12)), *rows])
    page = newsclean.segment_articles(text)
    assert [block for block in page.blocks if block.kind == "byline" and block.text == "本报记者 张婷"]
    assert page.unaccounted(text) == []
    starts = sorted(span for block in page.blocks for span in block.source)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(starts))
