"""A page as Markdown: nothing of it is missing, nothing of it is taken for Markdown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from newsclean.page import Article, Block, Dropped, Page
from newsclean.report.markdown import page_to_markdown

SOURCE = "务川自治县\n三百名环卫工人坚守一线\n本报讯（记者 徐飞）天晴。\n没有说完\n天晴。\n第3版\n孤句。"


def span(words: str, start: int = 0) -> tuple[tuple[int, int], ...]:
    at = SOURCE.index(words, start)
    return ((at, at + len(words)),)


PAGE = Page(
    (
        Block("kicker", "务川自治县", span("务川自治县"), 0),
        Block("headline", "三百名环卫工人坚守一线", span("三百名环卫工人坚守一线"), 0),
        Block("paragraph", "没有说完", span("没有说完"), 0, lost_end=True),
        Block("paragraph", "本报讯（记者 徐飞）天晴。", span("本报讯（记者 徐飞）天晴。"), 0),
        Block("furniture", "第3版", span("第3版")),
        Block("paragraph", "孤句。", span("孤句。")),
    ),
    (Article(None, "务川自治县", "三百名环卫工人坚守一线", None, ("徐飞",), (0, 1, 3, 2)),),
    (Dropped(span("天晴。", SOURCE.index("没有说完")), "duplicate", of=3),),
    "page_1",
    ("the columns may be interleaved",),
)


def test_an_article_has_its_titles_byline_and_blocks_in_reading_order() -> None:
    first, loose, dropped, notes = page_to_markdown(PAGE, SOURCE).split("\n\n---\n\n")
    assert first.split("\n\n") == [
        "# page\\_1",
        "*务川自治县*",
        "## 三百名环卫工人坚守一线",
        "*徐飞*",
        "本报讯（记者 徐飞）天晴。",
        "没有说完［……］",
    ]
    assert loose.split("\n\n") == ["*in no article:*", "*第3版*", "孤句。"]
    assert dropped == "*dropped:*\n\n- *duplicate of 本报讯（记者 徐飞）天晴…:* 天晴。"
    assert notes == "*notes:*\n\n- the columns may be interleaved\n"


def test_a_byline_that_stands_by_itself_is_not_told_twice() -> None:
    blocks = (Block("paragraph", "天晴。", ((0, 3),), 0), Block("byline", "（刘素琴）", ((4, 9),), 0))
    page = Page(blocks, (Article(byline=("刘素琴",), blocks=(0, 1)),))
    assert page_to_markdown(page, "天晴。\n（刘素琴）") == "## ［无标题］\n\n天晴。\n\n*（刘素琴）*\n"


def rendered(markdown: str) -> str:
    html = MarkdownIt("commonmark").render(markdown)
    text = re.sub(r"<[^>]*>", "", html)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&").strip()


@pytest.mark.parametrize(
    "text",
    [
        "# 甲",
        "1. 甲",
        "12) 甲",
        "- 甲",
        "+ 甲",
        "* 甲",
        "> 甲",
        "a*b*c",
        "_甲_",
        "[甲](乙)",
        "<b>甲</b>",
        "&amp;",
        "`甲`",
        "\\甲",
        "---",
        "===",
    ],
)
def test_text_that_looks_like_markdown_stays_as_it_is(text: str) -> None:
    page = Page((Block("paragraph", text, ((0, len(text)),)),))
    assert rendered(page_to_markdown(page, text)) == f"in no article:\n{text}"


@given(st.text(alphabet="甲#*_->+1.)([]<b/>&;`\\=~! ", min_size=1).map(str.strip).filter(bool))
def test_whatever_a_block_holds_is_what_a_reader_sees(text: str) -> None:
    page = Page((Block("paragraph", text, ((0, len(text)),)),))
    assert " ".join(rendered(page_to_markdown(page, text)).split()) == " ".join(f"in no article: {text}".split())
