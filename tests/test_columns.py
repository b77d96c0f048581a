"""Pages whose columns stand side by side, and all those that only look like it."""

from __future__ import annotations

import pytest
from look_alikes import RULES

import newsclean
from newsclean.layout.columns import columns_of

FERRY = (
    "渡口的老船工姓乔，在江上撑了四十年船。大桥通车那天，他把船系在柳树下，一个人坐在船头抽了半天烟。镇上的人都说他舍不得这条江，"
    "其实他舍不得的是每天天不亮就来赶船的学生。那些孩子如今有的当了教师，有的开起了工厂，每年春节回来，总要到渡口看看他，"
    "给他带一瓶好酒。乔老汉说，桥是好桥，走路十分钟就到了对岸，只是再也听不见孩子们喊他开船的声音了。"
)
ORCHARD = (
    "后山的果园今年第一次挂果。三年前这里还是一片荒坡，村里的年轻人大多在外打工，留下的老人种不动地。返乡的小伙子邱林承包了这片坡，"
    "带着十几户人家挖鱼鳞坑、铺滴灌管，种下了八千棵梨树。头一年遇上大旱，他们靠肩膀挑水上山，硬是保住了九成树苗。"
    "入秋以后，城里的客人开着车来摘梨，村口的停车场一到周末就停满了，老人们在路边摆摊卖起了核桃和土鸡蛋。"
)
LIBRARY = (
    "县图书馆把开放时间延长到了晚上十点。管理员苏敏说，来得最多的是附近工地上的工人，他们下了班洗干净手，坐在靠窗的位置看杂志，"
    "也有人借小说回宿舍。馆里专门添了一个书架，放的都是电工、瓦工和驾驶的教材，不到一个月就被翻旧了。"
    "有位姓田的钢筋工考下了证书，特意送来一面锦旗，上面写着一盏灯照亮一条路。"
)


def column(text: str, width: int, indent: str = "  ") -> list[str]:
    """The lines of a paragraph set in a column."""
    text = indent + text
    return [text[k : k + width] for k in range(0, len(text), width)]


def side_by_side(columns: list[list[str]], gap: int = 5, cells: int = 1) -> str:
    """Columns printed beside each other, with Chinese characters one or two cells wide."""

    def size(line: str) -> int:
        return sum(cells if c > "\u2000" else 1 for c in line)

    widths = [max(map(size, lines)) + gap for lines in columns]
    rows = []
    for k in range(max(map(len, columns))):
        row = [lines[k] if k < len(lines) else "" for lines in columns]
        rows.append(
            "".join(line + " " * (width - size(line)) for line, width in zip(row, widths, strict=True)).rstrip()
        )
    return "\n".join(rows)


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("cells", [1, 2])
@pytest.mark.parametrize("gap", [2, 3, 8])
@pytest.mark.parametrize("texts", [(FERRY, ORCHARD), (FERRY, ORCHARD, LIBRARY)])
def test_columns_are_read_one_after_the_other(texts: tuple[str, ...], gap: int, cells: int) -> None:
    page = side_by_side([column(text, 15) for text in texts], gap, cells)
    read = newsclean.reading_order(page)
    assert squeezed(read) == "".join(texts)
    assert max(map(len, read.splitlines())) == 15


def test_indents_are_kept() -> None:
    page = side_by_side([column(FERRY, 15), column(ORCHARD, 15)])
    lines = newsclean.reading_order(page).splitlines()
    assert [line for line in lines if line.startswith(" ")] == ["  " + FERRY[:13], "  " + ORCHARD[:13]]


def test_rows_of_neighbours_need_not_lie_on_one_line() -> None:
    left, right = column(FERRY, 15), column(ORCHARD, 15)
    rows = [row for a, b in zip(left, right, strict=False) for row in (a, " " * 21 + b)]
    rows += left[len(right) :] + [" " * 21 + line for line in right[len(left) :]]
    assert squeezed(newsclean.reading_order("\n".join(rows))) == FERRY + ORCHARD


def test_a_title_across_the_page_ends_a_region() -> None:
    above = side_by_side([column(FERRY[:80], 16), column(FERRY[80:], 16)])
    below = side_by_side([column(ORCHARD[:54], 11, ""), column(ORCHARD[54:108], 11, ""), column(ORCHARD[108:], 11, "")])
    page = f"{above}\n\n   荒坡上种出八千棵梨树 返乡青年带动十几户乡亲\n\n{below}"
    title = "荒坡上种出八千棵梨树返乡青年带动十几户乡亲"
    assert squeezed(newsclean.reading_order(page)) == FERRY + title + ORCHARD


def test_a_gutter_that_one_row_leaves_a_single_blank() -> None:
    left = column(FERRY, 15, "")
    left[4] = left[4][:-1] + "12"  # digits are narrower: one more in the line
    right = column(ORCHARD, 15, "")
    page = side_by_side([left, right], 1)
    assert squeezed(newsclean.reading_order(page)) == "".join(left) + ORCHARD


def test_articles_are_read_from_columns_and_stand_where_they_stood() -> None:
    page = side_by_side([["渡口的灯", "", *column(FERRY, 15)], ["荒坡变成花果山", "", *column(ORCHARD, 15)]])
    read = newsclean.segment_articles(page, id="p1")
    assert read.unaccounted(page) == []
    assert read.id == "p1"
    assert [block.text for block in read.blocks] == ["渡口的灯", FERRY, "荒坡变成花果山", ORCHARD]
    for block in read.blocks:
        assert "".join(squeezed(page[start:end]) for start, end in block.source) == squeezed(block.text)
        assert all("\n" not in page[start:end] for start, end in block.source)


def test_what_is_dropped_is_found_on_the_page() -> None:
    page = side_by_side([column(FERRY, 15), [*column(ORCHARD, 15), *column(FERRY, 15)]])
    read = newsclean.segment_articles(page)
    assert read.unaccounted(page) == []
    assert "".join(squeezed(page[a:b]) for d in read.dropped for a, b in d.source) == FERRY


def test_pages_are_told_apart_by_form_feeds() -> None:
    columns = side_by_side([column(FERRY, 15), column(ORCHARD, 15)])
    plain = "\n".join(column(LIBRARY, 20))
    read = newsclean.reading_order(f"{plain}\n\f{columns}\n\f{plain}\n").split("\f")
    assert [squeezed(page) for page in read] == [LIBRARY, FERRY + ORCHARD, LIBRARY]


@pytest.mark.parametrize("name", RULES)
def test_look_alikes_are_left(name: str) -> None:
    assert newsclean.reading_order(RULES[name]) is RULES[name]


@pytest.mark.parametrize("name", RULES)
def test_look_alikes_beside_prose_are_left(name: str) -> None:
    text = "\n\n".join(["\n".join(column(FERRY, 20)), RULES[name], "\n".join(column(ORCHARD, 20))])
    assert columns_of(text) is None


def test_no_line_is_joined_across_gutters() -> None:
    page = side_by_side([column(FERRY, 15), column(ORCHARD, 15), column(LIBRARY, 15)])
    assert newsclean.fix_line_breaks(page) == page
    assert {b.joined for b in newsclean.line_breaks(page)} == {False}
    assert newsclean.clean(page).count("\n") == page.count("\n")
    once = newsclean.fix_line_breaks(newsclean.reading_order(page))
    assert once.split() == [FERRY, ORCHARD, LIBRARY]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        " " * 300_000,
        "   甲" * 100_000,
        "甲   \n" * 20_000,
        "\n" * 300_000,
        "甲乙丙丁戊己   甲乙丙丁戊己\n" * 5_000,
        "\f   " * 50_000,
    ],
    ids=["empty", "blank", "spaces", "one long line", "trailing", "breaks", "the same row", "form feeds"],
)
def test_hostile_input_is_left_in_linear_time(text: str) -> None:
    assert squeezed(newsclean.reading_order(text)) == squeezed(text)
