"""Lines that are no wrapped lines stay apart: items, verse, rows of names, short paragraphs. All texts are our own."""

from __future__ import annotations

import pytest

import newsclean

LISTS = {
    "items over blank lines": """关于清理占道经营的通告

为方便市民出行，现将有关事项通告如下：

一、时间。自本月十日起至月底止。

二、范围。重点清理以下路段：

（一）长桥路；

（二）北塘街；

（三）石井巷。

三、方式。采取多种办法做好宣传；

1.张贴告示；

2.上门劝导；

①先劝导；

②后清理。

特此通告。
""",
    "steps": "雨天用电三件事\n\n第一步，拉下总闸，不要用湿手去碰；\n\n第二步，拨打电话，说清楚地址；\n\n第三步，等待检修。\n",
    "bullets": "周末去处\n- 东门外看荷花\n- 城南听评书\n- 到图书馆看画展\n",
    "league table": "积分榜\n名次 球队 场次 胜 平 负 进/失球 积分\n1 青江 17 11 3 3 32/15 36\n2 北塘 17 10 4 3 28/14 34\n"
    "3 南湖 17 10 2 5 27/18 32\n",
    "names with wide space": "入选名单\n\n江一帆  何  田  白小雨  方  圆\n于得水  石  磊  马小跳  林  深\n",
    "names with narrow space": "入选名单\n\n江一帆 何田 白小雨 方圆 孔明亮\n于得水 石磊 马小跳 林深 田园\n",
}

VERSE = {
    "five characters": "晚归\n江一帆\n\n灯火隔桥明，\n归人踏雨行。\n谁家新竹笋，\n一夜过墙生。\n",
    "seven characters": "春耕\n\n一犁春雨过前川，十里秧针绿满田。\n老叟扶锄看水去，儿童牵犊放风鸢。\n"
    "炊烟不断桃花岸，燕子初来谷雨天。\n莫道农家无好景，人间最美是丰年。\n",
    "lines of any length": "卜算子·山村\n\n溪水绕村流，\n石板连桥断；\n昨夜东风又几声，\n吹得花千片。\n",
    "free verse": "我在海边\n等一只船\n从雾里慢慢回来\n\n潮水退了\n沙滩上留下\n一行很浅的脚印\n\n像一封没有写完的信\n没有署名\n",
}

PROSE = {
    "short paragraphs": "老屋\n\n他推开门，院子里的枣树还在。\n\n他没有说话。\n\n她也没有说话。\n\n窗外，雨下了一整夜，河水漫过了石阶。\n\n一句话，"
    "该回来的都回来了。\n\n（作者系本报读者）\n",
}


@pytest.mark.parametrize("text", [*LISTS.values(), *VERSE.values(), *PROSE.values()], ids=[*LISTS, *VERSE, *PROSE])
def test_lines_that_no_column_cut_stay_as_they_are(text: str) -> None:
    assert newsclean.fix_line_breaks(text) == text
    assert newsclean.segment_articles(text).unaccounted(text) == []


@pytest.mark.parametrize("column", [11, 13, 22])
def test_wrapped_text_whose_lines_look_like_items_or_verse_is_joined(column: int) -> None:
    paragraph = (
        "本次清理分三步走：（一）宣传，张贴告示，上门劝导；（二）整治，规范摊位，清运垃圾；（三）巩固，划定区域，安排专人。"
        "街道办负责人说，摊主们都很支持，搬到新市场以后，水电齐全，车位充足，生意反而比从前更好，居民出行也方便多了。"
    )
    page = "北塘街不再拥堵\n　　" + paragraph[: column - 2] + "\n"
    rest = paragraph[column - 2 :]
    page += "\n".join(rest[k : k + column] for k in range(0, len(rest), column)) + "\n"
    assert newsclean.fix_line_breaks(page) == f"北塘街不再拥堵\n　　{paragraph}\n"


@pytest.mark.parametrize("column", [13, 14, 16, 17])
def test_the_end_of_a_letter_stands_in_lines_of_its_own(column: int) -> None:
    letter = (
        "我家住在长桥路中段。去年秋天，路口装了十几个石墩。墩子高不过膝，颜色又和地砖差不多，老人、孩子常被绊倒。"
        "我给热线打过三次电话，头两次说“已转交相关部门”，第三次说“正在研究”。请问：挪几块石头，要研究多久？"
    )
    wrapped = [letter[k : k + column] for k in range(0, len(letter), column)]
    text = "\n\n".join(["石墩该挪了", "编辑同志：", *wrapped, "此致", "敬礼", "读者　林深"])
    assert newsclean.fix_line_breaks(text).endswith("\n\n此致\n\n敬礼\n\n读者　林深")


@pytest.mark.parametrize("column", [13, 15, 17, 20])
def test_each_turn_of_a_conversation_begins_a_line(column: int) -> None:
    turns = [
        "记者：您是怎么入这一行的？",
        "于得水：我十六岁跟师傅学徒。那时候谁家有块手表，是了不得的事。师傅说，表停了，人家的日子就停了一半。",
        "记者：现在送表来修的人还多不多，和从前比怎么样？",
        "于得水：不多了，一天三五个，有时候一个也没有。",
        "记者：那您为什么还坚持开门，不把铺子转让给别人呢？",
        "于得水：上个月来了个小伙子，拿来他爷爷留下的一块旧表，我修了两天。",
    ]
    wrapped = [turn[k : k + column] for turn in turns for k in range(0, len(turn), column)]
    text = "\n".join(["修钟表，修的是耐心", *wrapped])
    joined = newsclean.fix_line_breaks(text).splitlines()
    assert [line for line in joined if line.startswith(("记者：", "于得水："))] == turns


def test_a_poem_is_text_under_its_title_and_signed_by_its_author() -> None:
    stanzas = [
        ["晨雾漫过青石桥", "老牛背着斜阳归", "谁家炊烟升起处", "一声鸡鸣万户春"],
        ["我站在山的肩头", "看见河水弯成弓", "把村庄的灯火", "一盏一盏射向远方"],
    ]
    page = newsclean.segment_articles("\n\n".join(["春日登高", "林远", *map("\n".join, stanzas)]))
    (article,) = page.articles
    assert (article.headline, article.byline) == ("春日登高", ("林远",))
    assert [block.text for block in page.blocks if block.kind == "paragraph"] == [line for s in stanzas for line in s]


def test_headlines_one_below_the_other_are_no_poem() -> None:
    titles = ["城东水厂扩建工程通水", "市图书馆新馆开放", "春耕现场会在我市召开", "老城区旧管网将改造", "种子展销会昨开幕", "我市新增公交线路两条"]
    page = newsclean.segment_articles("\n\n".join(titles))
    assert not [block for block in page.blocks if block.kind == "paragraph"]


def test_numbered_items_stay_apart_on_wrapped_pages_too() -> None:
    head = "市人代会昨日开幕，会议听取和审查政府工作报告，报告提出的今年全市主要预期目标如下："
    items = ["1.地区生产总值增长6%左右；", "2.一般公共预算收入增长6%；", "3.城镇新增就业一万二千人；", "4.居民收入与经济增长同步。"]
    text = "\n".join([*(head[i : i + 14] for i in range(0, len(head), 14)), *items])
    changed = newsclean.fix_line_breaks(text)
    assert not [item for item in items[1:] if f"\n{item}" not in changed]


def test_a_number_at_the_head_of_one_line_is_no_list() -> None:
    text = "全市去年新增就业一万二千人，\n比上年增加三百人，增幅为百分之\n2、远低于前年的水平，其中城东区\n增加最多，城西区次之，乡镇较少，\n总的来看形势平稳，后劲较足。"
    assert "\n" not in newsclean.fix_line_breaks(text)
