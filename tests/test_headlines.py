"""Headlines that engines took apart, and paragraphs that only the page's indents hold together."""

from __future__ import annotations

import pytest

from newsclean import fix_line_breaks, segment_articles

BODY = (
    "本报讯（记者 林舟）昨日，市农业农村局在城东广场举办种子展销会，来自各县区的三十余家企业带来两百多个品种，"
    "现场成交额超过八百万元。",
    "展销会将持续三天，市民可以凭身份证免费入场参观，农技人员在现场解答提问。",
)


def test_a_banner_behind_its_headline_opens_no_article() -> None:
    page = segment_articles("种子展销会昨日在城东广场开幕\n\n民生\n\n" + "\n\n".join(BODY))
    (article,) = page.articles
    assert article.headline == "种子展销会昨日在城东广场开幕"
    assert len(article.blocks) == len(page.blocks)


def test_a_banner_between_the_lines_of_a_headline_does_not_part_them() -> None:
    page = segment_articles("全市种子展销会吸引各地农\n图说新闻\n民踊跃参加\n" + "\n".join(BODY))
    assert page.articles[0].headline == "全市种子展销会吸引各地农民踊跃参加"


def test_a_paragraph_without_an_indent_runs_on_where_the_others_have_one() -> None:
    paragraphs = [
        "市水务局昨日通报，城东水厂扩建工程已经通水，日供水能力由五万吨提高到八万吨。",
        "工程自去年三月开工，共敷设管道二十六公里，新建泵站两座。",
        "沿线居民反映，水压比从前稳定得多，高层住户也不再需要加压。",
        "下一步，市水务局将对老城区的旧管网分批改造，预计明年年底完成。",
        "市民如有用水方面的疑问，可以拨打服务热线咨询。",
    ]
    text = "\n\n".join("　　" + p for p in paragraphs[:2]) + "\n\n" + "今年，全市还将新建三座水厂。"
    text += "\n\n" + "\n\n".join("　　" + p for p in paragraphs[2:])
    blocks = [block.text for block in segment_articles(text).blocks]
    assert paragraphs[1] + "今年，全市还将新建三座水厂。" in blocks
    assert len(blocks) == len(paragraphs)


def test_a_word_that_stands_again_below_holds_a_headline_together() -> None:
    text = "本市今起进入杨柳\n絮飞扬期出行请防护\n" + "市园林局昨日表示，杨柳絮将在三天内进入高发期，建议过敏人群减少外出。\n" + BODY[0]
    assert segment_articles(text).articles[0].headline == "本市今起进入杨柳絮飞扬期出行请防护"


def test_the_reason_of_a_join_names_the_word_that_stands_elsewhere() -> None:
    text = "市园林局昨日表示，随着气温回升，杨柳\n\n絮将在三天内进入高发期。专家说，杨柳絮飞扬时应减少外出，外出要戴口罩。"
    (edit,) = fix_line_breaks.edits(text)
    assert "stands elsewhere on the page" in edit.reason


def wrapped(text: str, width: int = 16) -> str:
    return "\n".join(text[i : i + width] for i in range(0, len(text), width))


@pytest.mark.parametrize("headline", ["种子展销会开幕 成交八百万元", "我市种子展销会吸引农户"])
@pytest.mark.parametrize("subtitle", ["农技人员在现场解答提问", "一农技人员在现场解答提问", "现场成交额超过八百万元"])
def test_a_title_line_that_is_a_clause_of_the_story_is_a_subtitle(headline: str, subtitle: str) -> None:
    page = segment_articles("\n".join([headline, subtitle, *map(wrapped, BODY)]))
    (article,) = page.articles
    assert (article.headline, article.subtitle) == (headline, subtitle)


def test_a_page_that_has_its_dashes_shows_which_lines_are_subtitles() -> None:
    other = ("城西老街改造完工", "——青石板路恢复旧貌", wrapped("本报讯（记者 周远）历时八个月的城西老街改造工程昨日完工。"))
    page = segment_articles("\n".join(["全国种子展销会昨开幕", "现场成交额超过八百万元", *map(wrapped, BODY), *other]))
    assert [article.subtitle for article in page.articles] == [None, "——青石板路恢复旧貌"]


@pytest.mark.parametrize("cut", ["节省了一|成半", "一|道焊缝", "反映水压|比从前"])
def test_a_paragraph_cut_where_the_next_line_begins_within_a_sentence_is_joined(cut: str) -> None:
    whole = (
        "工程自去年三月开工，共敷设管道二十六公里，新建泵站两座，投资额比预算节省了一成半，监理单位对每一道焊缝都作了检测，"
        "沿线居民反映水压比从前稳定得多，高层住户也不再需要加压，夏季用水高峰期间没有接到一起停水投诉。"
    )
    text = "\n\n".join(
        (
            "市水务局昨日通报，城东水厂扩建工程已经通水，日供水能力由五万吨提高到八万吨。",
            whole.replace(cut.replace("|", ""), cut.replace("|", "\n\n")),
            "下一步，市水务局将对老城区的旧管网分批改造，预计明年年底完成。",
        )
    )
    assert whole in [block.text for block in segment_articles(text).blocks]
