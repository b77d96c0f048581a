from test_articles import page_of

from newsclean.layout.articles import assemble
from newsclean.layout.pages import Part, link_pages
from newsclean.page import Page
from newsclean.segment import segment_articles


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


FRONT = """全市春耕生产全面展开
本报讯（记者 田小禾）连日来，全市各地抢抓农时，早稻育秧、机耕整田、农资调
运等工作有序推进。截至昨日，全市已完成早稻育秧面积十二万亩，占计划的八成以上。
在云溪镇万亩粮油基地，几台旋耕机来回穿梭，翻耕后的田块平整如镜。种粮大户陈
永福告诉记者，今年他流转了三百多亩田，全部采用机插秧。
农技人员已经进驻到村，手把手指导农户浸种催芽，防止烂秧（下转第三版）

城东水厂扩建工程完工
本报讯 昨日，城东水厂二期扩建工程通过验收，日供水能力由五万吨提高到十万吨，
东城片区六万余户居民将告别水压不足的烦恼。
▶▶下转2版
第1版
"""
BEHIND = """2026年3月12日 星期四  第2版

城东水厂扩建工程完工
（紧接第1版）工程总投资一亿三千万元，去年五月开工，新建了沉淀池、滤池和清水池
各一座，并更换了老旧管网十一公里。
水务部门表示，下一步将对城西水厂实施同样的改造。
"""
INSIDE = """2026年3月12日 星期四  第3版

（上接第一版）和僵苗。市农业农村局有关负责人介绍，今年全市粮食播种面积稳定在往
年水平以上，其中早稻面积九十万亩。
为了解决用工难题，各地组建了二十六支农机服务队，为缺劳力的农户代耕代插。

图书馆夜间开放受欢迎
本报讯（记者 苏文）市图书馆自本月起将闭馆时间延长到晚上十点，首周夜间到馆读
者近四千人次。
"""


def test_jumps_inside_paragraphs_are_followed() -> None:
    pages = [segment_articles(text) for text in (FRONT, BEHIND, INSIDE)]
    linked = link_pages(pages)
    titles = [[pages[p.page].articles[p.article].headline for p in chain] for chain in linked.articles]
    assert titles == [
        ["全市春耕生产全面展开", None],
        ["城东水厂扩建工程完工", "城东水厂扩建工程完工"],
        ["图书馆夜间开放受欢迎"],
    ]
    gone_on = next(b for b in pages[1].blocks if "紧接" in b.text)
    assert gone_on.kind == "paragraph"
    assert gone_on.text.endswith("更换了老旧管网十一公里。")
