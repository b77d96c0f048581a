"""Broken lines joined, whole ones left: text of our own, cut in the ways in which engines cut it."""

from __future__ import annotations

import pytest

import newsclean
from newsclean.layout.breaks import line_breaks
from newsclean.layout.joins import joint, latin_words

PARAGRAPHS = [
    "本报讯（记者 江一帆）昨日清晨，一场小雨过后，城南菜市场比往常更加热闹。摊主们早早支起雨棚，把刚从大棚里摘下的黄瓜、豆角和番茄码放整齐，等着第一批顾客上门。",
    "市场管理处负责人介绍，今年以来，市场对排水管网进行了改造，新铺设管道1,234米，更换井盖86个，雨天积水的老问题基本得到解决。",
    "“以前一下雨就得踩着水进货，现在好多了。”卖了十二年豆腐的老板娘笑着说，她家的摊位换成了不锈钢台面，每天收摊后用水一冲就干净。",
    "据悉，下半年该市场还将增设充电桩和快递柜，让附近居民买菜、取件、充电一次办完。",
]


def wrapped(width: int, indent: str) -> str:
    """The paragraphs as lines of print, no line beginning with a closing mark."""
    lines = []
    for paragraph in PARAGRAPHS:
        rest = indent + paragraph
        while rest:
            cut = width
            while cut < len(rest) and rest[cut] in "，。、”）！？：；":
                cut += 1
            lines.append(rest[:cut])
            rest = rest[cut:]
    return "\n".join(lines)


@pytest.mark.parametrize("width", [14, 19, 27])
@pytest.mark.parametrize("indent", ["　　", "  "])
def test_wrapped_lines_become_the_paragraphs_again(width: int, indent: str) -> None:
    page = "城南菜市场换新颜\n" + wrapped(width, indent) + "\n"
    assert [line.strip() for line in newsclean.fix_line_breaks(page).split("\n")] == ["城南菜市场换新颜", *PARAGRAPHS, ""]


def test_paragraphs_cut_by_a_column_are_joined_over_the_blank_line() -> None:
    first, second = PARAGRAPHS[1][:27], PARAGRAPHS[1][27:]
    page = "\n\n".join(["城南菜市场换新颜", PARAGRAPHS[0], first, second, *PARAGRAPHS[2:]])
    assert newsclean.fix_line_breaks(page) == "\n\n".join(["城南菜市场换新颜", *PARAGRAPHS])


def test_whole_paragraphs_stay_as_they_are() -> None:
    for gap in ("\n", "\n\n"):
        page = gap.join(["城南菜市场换新颜", *PARAGRAPHS])
        assert newsclean.fix_line_breaks(page) == page


def test_every_break_says_why() -> None:
    page = "城南菜市场换新颜\n\n" + PARAGRAPHS[0][:30] + "\n\n" + PARAGRAPHS[0][30:]
    first, second = line_breaks(page)
    assert not first.joined
    assert "paragraph begins behind a headline" in first.reason
    assert second.joined
    assert "no end mark" in second.reason


@pytest.mark.parametrize(
    ("left", "right", "page", "whole"),
    [
        ("新铺设管道1,2", "34米", "", "新铺设管道1,234米"),
        ("系统运行在Win", "dows 11上", "Windows", "系统运行在Windows 11上"),
        ("他引用了The New York", "Times的报道", "", "他引用了The New York Times的报道"),
        ("发布了inter-", "national标准", "", "发布了international标准"),
        ("一个重-", "要的项目", "", "一个重要的项目"),
        ("3", "月20日", "", "3月20日"),
        ("增长8.", "5%", "", "增长8.5%"),
        ("使用5G", "网络", "", "使用5G网络"),
        ("网址是www.example", ".com", "", "网址是www.example.com"),
        ("", "空行", "", "空行"),
    ],
)
def test_what_stands_between_two_lines(left: str, right: str, page: str, whole: str) -> None:
    cut, between = joint(left, right, latin_words(page))
    assert left[: len(left) - cut] + between + right == whole


def test_halves_of_a_headline_take_a_space_and_cut_words_do_not() -> None:
    assert joint("祛除作风顽疾", "优化营商环境", junction=-3.0, title=True) == (0, " ")
    assert joint("城南菜市", "场换新颜", junction=4.0, title=True) == (0, "")


@pytest.mark.parametrize("end", ["年\n底前完成人行道铺装。（下转第3版）", "\n还将改造电路（下转第3版）"])
def test_a_jump_behind_running_text_leaves_its_line_to_the_paragraph(end: str) -> None:
    page = newsclean.segment_articles("城南菜市场换新颜\n" + wrapped(27, "　　") + "\n　　下一步还将对周边道路和老旧电路进行整治，" + end + "\n")
    last = page.blocks[-1]
    assert last.kind == "paragraph"
    assert last.text.endswith("（下转第3版）")
    assert last.text.startswith("下一步")
