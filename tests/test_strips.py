"""Pages read in overlapping strips: what was read twice goes, nothing else, and the columns are put together again."""

from __future__ import annotations

import random

import numpy as np
import pytest

from newsclean import segment_articles
from newsclean.layout.lines import lines_of
from newsclean.layout.stitching import print_order
from newsclean.repeats import drop_duplicates, find_repeats
from newsclean.repeats.boundaries import Lines
from newsclean.repeats.passages import chains, key_of, runs
from newsclean.repeats.rows import pairs, readings, rows_of
from newsclean.repeats.strips import Seam, between, seams

FERRY = (
    "老渡口的最后一班船是在傍晚六点开的。船工把缆绳一圈一圈收好，又把救生衣挂回舱壁，才去关柴油机。"
    "岸上没有几个人送，倒是卖菱角的大嫂提来半篮，说以后再想坐船过河，怕是只能到画里去找了。"
    "新桥离这里不到三百米，桥面上的灯已经亮起来，照得河水一片橘黄。"
)
LIBRARY = (
    "镇上的图书室搬进了旧粮仓。粮仓的墙有半米厚，夏天不用开空调，翻书的声音听得清清楚楚。"
    "管理员原来是仓库的保管员，认得每一根梁，也认得每一个常来的孩子，谁借了书没有还，他从不去催。"
    "他说，书放在孩子家里，总比放在架子上落灰要好，迟几天又有什么关系。"
)
ORCHARD = (
    "今年的梨结得密，枝条压得快要挨着地。果农一早就上山撑竹竿，每棵树要撑七八根，一天下来腰都直不起来。"
    "去年一场冰雹打坏了大半，合作社后来买了防雹网，又请来技术员住在山上，哪块云不对就提前招呼大家。"
    "收购价比去年高一毛二，算下来一亩能多挣八百多元。"
)
STORIES = [("渡口停摆", FERRY), ("粮仓里的书声", LIBRARY), ("梨园防雹记", ORCHARD)]
NAMES = ["柳青禾", "石方", "白雨桐"]
SIGNS = "的一是在不了有和"  # what is misread becomes one of them
WIDTH, CUT, OVERLAP = 13, 7, 3


def wrap(text: str) -> list[str]:
    return [text[k : k + WIDTH] for k in range(0, len(text), WIDTH)]


def misread(rng: random.Random, line: str, rate: float) -> str:
    return "".join(rng.choice(SIGNS) if c.isalpha() and rng.random() < rate else c for c in line)


def strips(columns: list[list[str]], first: float = 0.0, again: float = 0.0, overlap: int = OVERLAP) -> str:
    """The columns read in an upper and a lower strip, with misread characters in the rows that were read twice."""
    rng = random.Random(3)
    upper = [c[: CUT - overlap] + [misread(rng, row, first) for row in c[CUT - overlap : CUT]] for c in columns]
    lower = [[misread(rng, row, again) for row in c[CUT - overlap : CUT]] + c[CUT:] for c in columns]
    return "\n\n".join("\n".join(part) for part in upper + lower)


def solid(text: str) -> str:
    return "".join(text.split())


COLUMNS = [wrap(text) for _, text in STORIES]


@pytest.mark.parametrize("overlap", [1, 2, 3, 5])
@pytest.mark.parametrize("rows", [COLUMNS, COLUMNS[:2], [*COLUMNS, wrap(ORCHARD[::-1])]])
def test_each_row_stays_once(overlap: int, rows: list[list[str]]) -> None:
    left = drop_duplicates(strips(rows, overlap=overlap)).split()
    assert sorted(left) == sorted("\n".join(map("\n".join, rows)).split())


@pytest.mark.parametrize(("first", "again"), [(0.15, 0.0), (0.0, 0.15)])
def test_the_better_reading_stays(first: float, again: float) -> None:
    text = strips(COLUMNS, first, again)
    printed = {row for column in COLUMNS for row in column}
    misread_rows = {row for row in text.split() if row not in printed}
    left = drop_duplicates(text).split()
    assert len(misread_rows) >= 6
    assert len(left) == sum(map(len, COLUMNS))
    assert len(misread_rows.intersection(left)) <= 1


def test_a_column_misread_in_both_readings_is_found_at_the_edges() -> None:
    columns = [*COLUMNS, [row.replace("，", "").replace("。", "") for row in wrap(LIBRARY[::-1])]]
    rows = columns[3][CUT - OVERLAP : CUT]
    bad = ["\n".join("".join("匚" if k % 5 == at else c for k, c in enumerate(row)) for row in rows) for at in (1, 3)]
    text = strips(columns)
    first, again = (place for place in range(len(text)) if text.startswith("\n".join(rows), place))
    text = text[:first] + bad[0] + text[first + len(bad[0]) : again] + bad[1] + text[again + len(bad[1]) :]
    left = drop_duplicates(text)
    assert (bad[0] in left) + (bad[1] in left) == 1
    assert len(left.split()) == sum(map(len, columns))


def test_it_is_told_as_read_in_another_strip() -> None:
    text = strips(COLUMNS)
    found = find_repeats(text)
    assert {repeat.how for repeat in found} == {"strip"}
    for repeat in found:
        assert solid(text[repeat.start : repeat.end]).startswith(solid(text[slice(*repeat.of)]))
    assert all(
        suggestion.reason.startswith("reads again, in another strip, “") for suggestion in drop_duplicates.edits(text)
    )


def test_the_end_of_a_paragraph_on_a_row_of_its_own_stays_once() -> None:
    columns = [[*wrap(FERRY[:78]), "圈。", *wrap(ORCHARD)], *COLUMNS[1:]]
    text = strips(columns, overlap=3)
    assert drop_duplicates(text).count("圈。") == 1 + FERRY[:78].count("圈。")


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        ("渡口停摆之后", "“渡口停摆之后，我们怎么办”"),  # words of a headline in the text
        ("城北水厂厂长周望舒在现场说，完全赞", "城南电厂厂长吴克己在现场说，完全赞"),  # one form, other names
        ("守护一江清水", "守护一江清水，要靠两岸的人"),
    ],
)
def test_words_that_are_said_twice_stay_beside_strips(upper: str, lower: str) -> None:
    text = strips(COLUMNS)
    head, tail = text.split("\n\n", 1)
    text = f"{head}\n\n{upper}\n\n{tail}\n\n{lower}\n"
    left = drop_duplicates(text)
    assert upper in left.split("\n")
    assert lower in left.split("\n")


def test_a_list_that_stands_twice_in_another_order_is_no_strip() -> None:
    rng = random.Random(2)
    names = ["".join(rng.sample("江河湖海山川日月星辰风云雷雨春夏秋冬", 12)) for _ in range(40)]
    again = rng.sample(names, len(names))
    text = "\n".join(names) + "\n\n" + "\n".join(again)
    assert drop_duplicates(text) == text


def test_rows_of_a_line_across_the_page() -> None:
    text = "\n".join([*COLUMNS[0], "   ".join(column[3] for column in COLUMNS), *COLUMNS[1]])
    lines = Lines(text, key_of(text))
    rows = rows_of(lines)
    assert len(rows) == len(lines.keys) - 1 + 2
    found = readings(rows, [pairs(lines.key, chain) for chain in chains(runs(lines.key).found)])
    assert sorted(rows.source(reading.first) for reading in found) == sorted(
        COLUMNS[column][3].strip("，。") for column in (0, 1)
    )


def test_seams_lie_between_all_readings() -> None:
    places = seams([(3, 9), (5, 11), (12, 20), (14, 22)])
    assert places == [Seam(5, 9), Seam(14, 20)]
    assert list(between(places, 5, 9)) == [0]
    assert list(between(places, 3, 22)) == [0, 1]
    assert list(between(places, 10, 12)) == []


def test_columns_go_on_in_the_next_strip() -> None:
    text = strips(COLUMNS)
    lines = lines_of(text)
    order = print_order(lines, find_repeats(text))
    assert sorted(order.tolist()) == list(range(len(lines)))
    columns = "".join("".join(c[:CUT] + c[CUT - OVERLAP :]) for c in COLUMNS)
    assert "".join(lines.string(k) for k in order.tolist()) == columns


def test_lines_of_other_pages_keep_their_order() -> None:
    text = "\n\n".join([FERRY, LIBRARY, FERRY, ORCHARD])
    lines = lines_of(text)
    assert np.array_equal(print_order(lines, find_repeats(text)), np.arange(len(lines)))


def test_a_page_read_in_strips_reads_as_the_page() -> None:
    columns = [
        [title, "", *wrap(f"本报讯（记者 {name}）{text}")] for (title, text), name in zip(STORIES, NAMES, strict=True)
    ]
    text = strips(columns)
    page, whole = segment_articles(text), segment_articles("\n\n".join(map("\n".join, columns)))
    assert [(block.kind, block.text, block.article) for block in page.blocks] == [
        (block.kind, block.text, block.article) for block in whole.blocks
    ]
    assert page.unaccounted(text) == []
    assert {dropped.reason for dropped in page.dropped} == {"duplicate"}


def side_by_side(columns: list[list[str]], at: int, overlap: int) -> str:
    """Three columns read in a left and a right strip, of which the middle one was cut by the edges of both."""
    left, middle, right = columns
    halves = [row[: at + overlap] for row in middle], [row[at:] for row in middle]
    return "\n\n".join(map("\n".join, (left, halves[0], halves[1], right)))


@pytest.mark.parametrize("overlap", [7, 8])
def test_rows_cut_in_two_stand_once(overlap: int) -> None:
    columns = [[row for row in column if len(row) == WIDTH] for column in COLUMNS]
    text = side_by_side(columns, 4, overlap)
    found = find_repeats(text)
    assert {repeat.how for repeat in found} == {"half"}
    for repeat in found:
        assert text[repeat.start : repeat.end].strip("，。") == text[slice(*repeat.of)]
    left = drop_duplicates(text)
    assert sorted(solid(left)) == sorted(solid("".join(map("".join, columns))))
    lines = lines_of(text)
    cuts = {int(np.searchsorted(lines.ends, repeat.end, side="right")): [repeat.end] for repeat in found}
    lines = lines.divided(cuts)
    order = print_order(lines, found).tolist()
    halves = {(int(lines.starts[line]), int(lines.ends[line])) for line in order}
    assert len(halves) == len(order) == len(lines)


def test_a_page_read_in_two_strips_side_by_side_reads_as_the_page() -> None:
    columns = [wrap(f"本报讯（记者 {name}）{text}") for (_, text), name in zip(STORIES, NAMES, strict=True)]
    text = side_by_side(columns, 4, 7)
    page = segment_articles(text)
    assert page.unaccounted(text) == []
    want = ["".join(column).split("）", 1)[1] for column in columns]
    have = "".join(block.text for block in page.blocks)
    assert all(story in have for story in want)


def test_a_row_read_across_columns_goes_in_part() -> None:
    """Where one column of a line was read by itself and the other was not, only the one goes."""
    alone = "摆渡人留下的缆桩还立在水边"
    both = f"{COLUMNS[1][CUT - 1]}   {alone}"
    upper, rest = strips(COLUMNS).split(f"\n{COLUMNS[1][CUT - 1]}\n\n", 1)
    text = f"{upper}\n{both}\n\n{rest}"
    left = drop_duplicates(text)
    assert left.count(alone) == 1
    assert left.count(COLUMNS[1][CUT - 1]) == 1
    page = segment_articles(text)
    assert page.unaccounted(text) == []
    assert [text[slice(*dropped.source[0])].strip() for dropped in page.dropped if dropped.reason == "noise"] == [
        COLUMNS[1][CUT - 1]
    ]


def test_columns_in_one_order_twice_show_strips_without_a_cut_in_mid_sentence() -> None:
    """Every strip ends with a sentence: only that three columns follow one another twice tells that it was read twice."""
    rows = ["天亮以前，驮队就上了山。", "铃声在谷底响了很久很久。", "走到垭口，雾才慢慢散开。", "赶马的人停下来，喝口水。"]
    other = ["账房先生拨着算盘不抬头。", "柜台上的灯换成了新的了。", "门外的雪又下了整整一夜。", "伙计把炭盆端到了里屋去。"]
    third = ["戏台搭在晒谷场的西头上。", "孩子们天没黑就占好座位。", "锣鼓一响，狗也跟着叫了。", "唱到三更，月亮才到头顶。"]
    columns = [[*wrap(story[:52]), *rows, *wrap(story[52:104])] for story, rows in
               ((FERRY, rows), (LIBRARY, other), (ORCHARD, third))]  # fmt: skip
    parts = [column[:8] for column in columns] + [column[4:] for column in columns]
    left = drop_duplicates("\n\n".join(map("\n".join, parts)))
    assert sorted(left.split()) == sorted("\n".join(map("\n".join, columns)).split())


def test_lines_across_columns_that_stand_twice_show_strips() -> None:
    """Where the engine never saw the columns, lines of all of them were read twice."""
    rows = ["".join(row) for row in zip(*(wrap(text)[:8] for text in (FERRY, LIBRARY, ORCHARD)), strict=True)]
    alone = wrap(FERRY[::-1])[:12]
    text = "\n".join([*alone[:4], *rows[:5], "", *rows[3:], *alone[4:]])
    assert sorted(drop_duplicates(text).split()) == sorted([*alone, *rows])
    below = "\n\n".join(["\n\n".join([*alone[:4], *rows[:5]]), "\n\n".join([*rows[3:], *alone[4:]])])
    assert all(repeat.how != "strip" for repeat in find_repeats(below))  # each line may be a paragraph
