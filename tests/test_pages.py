from test_articles import page_of

from newsclean.layout.articles import assemble
from newsclean.layout.pages import Part, link_pages
from newsclean.page import Page


def read(*rows: str) -> Page:
    return assemble(page_of(*rows))


FIRST = (
    "furniture 第1版",
    "headline 湄江茶农忙采春茶",
    "paragraph 湄江两岸的茶园里，茶农陆大强忙着采摘春茶，茶厂昼夜加工，",
    "jump （下转第3版）",
    "headline 乌江特大桥主塔封顶",
    "paragraph 乌江特大桥主塔日前封顶。",
    "jump （下转第3版）",
)
SECOND = ("furniture 第2版", "headline 物价总体平稳", "paragraph 全市物资充足。")
THIRD = (
    "furniture 第3版",
    "jump （上接第1版）",
    "paragraph 大桥主塔高一百八十米，乌江特大桥预计明年通车。",
    "jump （上接第一版）",
    "paragraph 陆大强说，今年湄江的春茶卖得很好，茶厂上门收购。",
)


def test_jumps_join_articles_by_page_and_words() -> None:
    linked = link_pages([read(*FIRST), read(*SECOND), read(*THIRD)])
    assert linked.articles == (
        (Part(0, 0), Part(2, 1)),
        (Part(0, 1), Part(2, 0)),
        (Part(1, 0),),
    )
    assert all(page.notes == () for page in linked.pages)


def test_the_page_s_own_number_counts_not_its_place() -> None:
    linked = link_pages([read(*THIRD), read(*FIRST)])
    assert (Part(1, 0), Part(0, 1)) in linked.articles


def test_a_jump_to_a_page_that_is_not_there_is_told() -> None:
    linked = link_pages([read(*FIRST), read(*SECOND)])
    assert linked.articles == ((Part(0, 0),), (Part(0, 1),), (Part(1, 0),))
    assert len(linked.pages[0].notes) == 2
    assert "湄江茶农忙采春茶" in linked.pages[0].notes[0]
    assert "下转第3版" in linked.pages[0].notes[0]


def test_each_article_stands_once() -> None:
    pages = [read(*FIRST), read(*SECOND), read(*THIRD)]
    parts = [part for chain in link_pages(pages).articles for part in chain]
    assert sorted(parts) == [Part(p, a) for p, page in enumerate(pages) for a in range(len(page.articles))]


def test_furniture_that_repeats_is_learned_digits_aside() -> None:
    pages = [
        read(
            "banner 黔江日报",
            "banner 民生",
            f"headline {title}",
            f"paragraph {title}，这是今天的消息。",
            f"paragraph 热线：0851-282{n}5000",
        )
        for n, title in enumerate(("物价总体平稳", "大桥主塔封顶", "春茶开采"))
    ]
    linked = link_pages(pages)
    for page, title in zip(linked.pages, ("物价总体平稳", "大桥主塔封顶", "春茶开采"), strict=True):
        assert [b.kind for b in page.blocks] == ["furniture", "furniture", "headline", "paragraph", "furniture"]
        assert page.articles[0].headline == title
        assert page.articles[0].blocks == (2, 3)


def test_what_stands_on_one_page_only_is_kept() -> None:
    linked = link_pages([read(*SECOND), read("banner 民生关注", "headline 春茶开采", "paragraph 茶农很忙。")])
    assert linked.pages[1].articles[0].banner == "民生关注"


def test_no_pages() -> None:
    assert link_pages([]).articles == ()
