import json
from pathlib import Path

import pytest

from newsclean.layout.articles import assemble
from newsclean.page import Article, Block

SEED = Path(__file__).parent.parent / "seeds" / "000_a5be2ab77f3884b8.gold.json"


def page_of(*rows: str) -> list[Block]:
    """Blocks from rows such as ``"headline 环卫工人坚守一线"``; ``paragraph<`` has lost its beginning."""
    blocks = []
    at = 0
    for row in rows:
        kind, _, text = row.partition(" ")
        source = ((at, at + len(text)),)
        blocks.append(Block(kind.rstrip("<"), text, source, lost_start=kind.endswith("<")))  # type: ignore[arg-type]
        at += len(text) + 2
    return blocks


def grouping(blocks: list[Block]) -> list[int | None]:
    return [b.article for b in assemble(blocks).blocks]


def test_titles_open_an_article_and_furniture_belongs_to_none() -> None:
    page = assemble(
        page_of(
            "furniture 第3版",
            "banner 民生关注",
            "kicker 务川自治县",
            "headline 环卫工人坚守一线",
            "subtitle ——丹砂街道见闻",
            "byline □ 本报记者 徐飞 石影",
            "paragraph 环卫工人每天凌晨上岗。",
            "headline 物价总体平稳",
            "paragraph 本报讯（记者 张婷）全市物资充足。",
        )
    )
    assert [b.article for b in page.blocks] == [None, 0, 0, 0, 0, 0, 0, 1, 1]
    assert page.articles[0] == Article(
        "民生关注", "务川自治县", "环卫工人坚守一线", "——丹砂街道见闻", ("徐飞", "石影"), (1, 2, 3, 4, 5, 6)
    )
    assert page.articles[1].byline == ("张婷",)


def test_halves_of_a_headline_are_one_block() -> None:
    page = assemble(page_of("headline 祛除作风顽疾", "headline 优化营商环境", "paragraph 全区召开大会。"))
    assert page.articles[0].headline == "祛除作风顽疾 优化营商环境"
    assert page.blocks[0].source == ((0, 6), (8, 14))
    assert len(page.blocks) == 2


def test_headlines_of_unlike_length_are_not_joined() -> None:
    page = assemble(
        page_of("headline 简讯", "headline 全市物资保障充足物价总体平稳运输通畅", "paragraph 全市物资充足。")
    )
    assert [b.text for b in page.blocks][:2] == ["简讯", "全市物资保障充足物价总体平稳运输通畅"]


@pytest.mark.parametrize(
    ("closing", "opening"),
    [
        ("byline （刘素琴 王峰）", "paragraph 天气转晴，果农忙着采摘。"),
        ("paragraph 居民们说很感动。（刘素琴 王峰）", "paragraph 天气转晴，果农忙着采摘。"),
        ("jump （下转第3版）", "paragraph 天气转晴，果农忙着采摘。"),
        ("paragraph 居民们说很感动。", "paragraph 本报讯（记者 王峰）天气转晴，果农忙着采摘。"),
        ("paragraph 居民们说很感动。", "paragraph 新华社贵阳3月5日电 天气转晴，果农忙着采摘。"),
        ("paragraph 居民们说很感动。", "jump （上接第1版）"),
    ],
)
def test_an_article_without_titles_follows(closing: str, opening: str) -> None:
    blocks = page_of("headline 社区党员在一线", "paragraph 社区党员走进每一栋楼。", closing, opening)
    assert grouping(blocks) == [0, 0, 0, 1]


def test_what_stays_with_its_article() -> None:
    blocks = page_of(
        "headline 社区党员在一线",
        "paragraph 本报讯（记者 王峰）社区党员走进每一栋楼。",
        "caption 党员在登记信息。（徐飞 摄）",
        "subhead 群众点题",
        "paragraph 社区党员帮助每一栋楼的群众解决困难。",
        "byline （实习编辑 王丽）",
        "caption 图为登记现场。",
        "jump （下转第3版）",
    )
    assert grouping(blocks) == [0] * 8
    assert assemble(blocks).articles[0].byline == ("王峰",)


def test_the_line_model_may_open_an_article() -> None:
    blocks = page_of("headline 社区党员在一线", "paragraph 社区党员走进每一栋楼。", "paragraph 社区的党员很忙。")
    assert [b.article for b in assemble(blocks, [9.0, -3.0, 6.0]).blocks] == [0, 0, 1]
    assert [b.article for b in assemble(blocks, [9.0, -3.0, -3.0]).blocks] == [0, 0, 0]


def test_nothing_is_lost_or_changed() -> None:
    blocks = page_of(
        "paragraph< 里的值班电话。", "headline 甲", "byline 某某", "furniture 9", "caption 图", "subhead 小"
    )
    page = assemble(blocks)
    assert [(b.kind, b.text, b.source, b.lost_start) for b in page.blocks] == [
        (b.kind, b.text, b.source, b.lost_start) for b in blocks
    ]
    assert sorted(k for a in page.articles for k in a.blocks) == [
        k for k, b in enumerate(page.blocks) if b.article is not None
    ]


def test_empty_page() -> None:
    assert assemble([]).articles == ()


def test_seed_page_from_its_true_blocks() -> None:
    gold = json.loads(SEED.read_text("utf-8"))
    first: dict[int, list[tuple[int, int]]] = {}
    for start, end, label in gold["labels"]:
        if label >= 0:
            first.setdefault(label, []).append((start, end))
    truth = [gold["blocks"][label] for label in first]
    page = assemble(
        [
            Block(b["kind"], b["text"], tuple(spans), None, b["lost_start"], b["lost_end"])
            for b, spans in zip(truth, first.values(), strict=True)
        ]
    )
    assert [b.article for b in page.blocks] == [b["article"] for b in truth]
    for have, want in zip(page.articles, gold["articles"], strict=True):
        assert (have.banner, have.kicker, have.headline, have.subtitle) == (
            want["banner"], want["kicker"], want["headline"], want["subtitle"]
        )  # fmt: skip
        assert list(have.byline) == want["byline"]
    # the story of 杜勇: the later piece is read first, the byline closes it
    assert page.articles[3].blocks == (*range(40, 47), 32, 33, 34)
