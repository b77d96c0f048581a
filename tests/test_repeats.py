"""Repeated passages: the cases, the seed page, a slow oracle, the laws, and what takes long only if done wrongly."""

from __future__ import annotations

import json
import pickle
import random
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz
from strategies import texts

from newsclean.edits import Level, apply_edits, invert
from newsclean.repeats import drop_duplicates, find_repeats
from newsclean.repeats.passages import chains, key_of, runs

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = Path(__file__).parent
CASES = tomllib.loads((HERE / "cases/repeats/drop_duplicates.toml").read_text(encoding="utf-8"))["case"]
SEED = HERE.parent / "seeds/000_a5be2ab77f3884b8.txt"

# Sentences of our own, put together at random: no two paragraphs of a page say the same
WHO = ["船工", "护林员", "乡村教师", "修表匠", "列车长", "茶农", "测量员", "邮递员", "木匠", "放映员"]
WHEN = ["天刚蒙蒙亮", "雨停以后", "入冬的头一天", "集市散了", "汛期过去", "晚饭时分", "年关将近", "假期结束"]
WHERE = ["老码头", "半山的哨所", "村口的祠堂", "镇上的粮站", "新修的水库", "城北的车间", "山脚的苗圃", "河湾的渡口"]
WHAT = [
    "清点了库存",
    "换下旧灯泡",
    "补写当天的日记",
    "给来客倒了热茶",
    "把账目重新核对一遍",
    "检查了每一颗螺丝",
    "讲起从前的事",
    "收起晾晒的渔网",
]
THEN = [
    "才放心地锁上门",
    "随后沿着原路往回走",
    "大家听了都没有作声",
    "这样的日子已经过了十一年",
    "临走还不忘叮嘱几句",
    "风把窗纸吹得沙沙响",
]


def paragraph(rng: random.Random) -> str:
    """A paragraph of two or three sentences."""
    return "".join(
        f"{rng.choice(WHEN)}，{rng.choice(WHO)}在{rng.choice(WHERE)}{rng.choice(WHAT)}，"
        f"{rng.choice(WHO)}{rng.choice(WHAT)}，{rng.choice(THEN)}。"
        for _ in range(rng.choice((2, 2, 3)))
    )


def misread(rng: random.Random, text: str, rate: float) -> str:
    return "".join(rng.choice("的一是在不了有和") if c.isalpha() and rng.random() < rate else c for c in text)


def wrap(text: str, width: int) -> str:
    return "\n".join(text[i : i + width] for i in range(0, len(text), width))


def planted(seed: int) -> tuple[list[str], int, list[str], int]:
    """Paragraphs of a page, the first that is repeated, its copies (the first perhaps cut), and where they stand."""
    rng = random.Random(seed)
    page = [paragraph(rng) for _ in range(rng.randint(6, 14))]
    first = rng.randrange(len(page) - 2)
    copies = page[first : first + rng.choice((1, 2))]
    if rng.random() < 0.6:
        copies = [copies[0][rng.randrange(1, len(copies[0]) - 30) :], *copies[1:]]
    return page, first, copies, rng.randint(first + len(copies), len(page))


def solid(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_case(case: dict[str, str]) -> None:
    before = case["before"]
    after = case.get("after", before)
    assert drop_duplicates(before) == after
    assert drop_duplicates(after) == after
    edits = drop_duplicates.edits(before)
    assert apply_edits(after, invert(before, edits)) == before
    assert all(edit.new == "" and "repeats " in edit.reason and " % alike" in edit.reason for edit in edits)


@pytest.mark.parametrize("lay", ["no blank lines", "blank lines everywhere", "narrow", "narrower", "each line a block"])
def test_left_alone_in_every_layout(lay: str) -> None:
    """What is no repeat is none either where an engine cuts the lines elsewhere."""
    for case in CASES:
        if "after" not in case:
            lines = case["before"].strip().split("\n")
            text = {
                "no blank lines": "\n".join(filter(None, lines)),
                "blank lines everywhere": "\n\n".join(lines),
                "narrow": "\n".join(wrap(line, 15) for line in lines),
                "narrower": "\n".join(wrap(line, 12) for line in lines),
                "each line a block": "\n\n".join(wrap(line, 17) for line in filter(None, lines)),
            }[lay]
            assert drop_duplicates(text) == text, case["label"]


def test_seed_page() -> None:
    text = SEED.read_text(encoding="utf-8")
    truth = json.loads(SEED.with_suffix(".gold.json").read_text(encoding="utf-8"))
    repeats = find_repeats(text)
    assert [text[repeat.start : repeat.end] for repeat in repeats] == [copy["text"] for copy in truth["duplicates"]]
    assert [repeat.how for repeat in repeats] == ["tail", "whole"]
    for repeat, copy in zip(repeats, truth["duplicates"], strict=True):
        block = [text[start:end] for start, end, label in truth["labels"] if label == copy["of"]]
        assert text[slice(*repeat.of)] in "".join(block)
    after = drop_duplicates(text)
    dropped = list(drop_duplicates.edits(text))
    assert solid(after) == solid(text).replace(
        "".join(solid(copy["text"]) for copy in truth["duplicates"]), "", 1
    ) or len(solid(after)) + sum(len(solid(copy["text"])) for copy in truth["duplicates"]) == len(solid(text))
    assert "line 9" in dropped[0].reason
    assert drop_duplicates(after) == after


@pytest.mark.parametrize("lay", ["blocks", "wrapped", "wrapped anew"])
def test_planted(lay: str) -> None:
    """On pages of our own sentences each copy goes, all of it, and nothing else."""
    for seed in range(60):
        page, first, copies, at = planted(seed)
        rng = random.Random(seed)
        cut = page[first] != copies[0]
        if cut and page[first][-len(copies[0]) - 1] in "。":
            continue  # a whole sentence that stands again is a suggestion
        widths = {"blocks": (999, 999), "wrapped": (17, 17), "wrapped anew": (17, 13)}[lay]
        gap = "\n\n" if lay == "blocks" else "\n"
        laid = [wrap(p, widths[0]) for p in page]
        noisy = [wrap(misread(rng, copy, 0.03 * (seed % 2)), widths[1]) for copy in copies]
        before = gap.join(laid[:at] + noisy + laid[at:])
        assert solid(drop_duplicates(before)) == solid("".join(laid)), seed


@pytest.mark.parametrize("seed", range(12))
def test_oracle(seed: int) -> None:
    """Comparing every paragraph with every other finds the same copies."""
    page, _, copies, at = planted(seed)
    paragraphs = page[:at] + [misread(random.Random(seed), copy, 0.03) for copy in copies] + page[at:]
    text = "\n\n".join(paragraphs)
    slow = set()
    for k, later in enumerate(paragraphs):
        for earlier in paragraphs[:k]:
            if len(later) <= len(earlier) and fuzz.partial_ratio(later, earlier) >= 84:
                slow.add(k)
    starts = [sum(len(p) + 2 for p in paragraphs[:k]) for k in range(len(paragraphs))]
    assert {starts.index(repeat.start) for repeat in find_repeats(text)} == slow


def test_how_and_level() -> None:
    whole = "清晨的渡口还笼在雾里，摆渡人已经来回走了三趟，船头的灯一直没有熄。"
    other = "对岸的集市要到八点才热闹起来，卖菜的人却天不亮就等在栈桥上了。"
    rest = "码头新修了遮雨的长廊，等船的人不必再挤到小卖部的屋檐下。"
    text = f"{whole}{other}\n\n{rest}\n\n摆渡人已经来回走了三趟，船头的灯一直没有熄。{other}"
    (tail,) = find_repeats(text)
    assert (tail.how, tail.level, tail.likeness) == ("tail", Level.SURE, 1.0)
    assert text[slice(*tail.of)] == text[tail.start : tail.end].rstrip("。")
    (said_again,) = find_repeats(f"{whole}{other}\n\n{rest}\n\n{other}")
    assert (said_again.how, said_again.level) == ("tail", Level.GUESS)
    (cut,) = find_repeats(f"{whole}{other[:22]}\n\n{rest}\n\n{whole}{other}")
    assert (cut.how, cut.start) == ("head", 0)


def test_each_names_what_stays() -> None:
    line = "盐场的老工人说，晒盐靠的是风和太阳，急不得，也懒不得。"
    text = "\n\n".join([line] * 4)
    assert [repeat.of for repeat in find_repeats(text)] == [(0, len(line) - 1)] * 3


def test_read_twice_from_overlapping_strips() -> None:
    """Lines at the edge of a strip are read twice, cut in mid-sentence, even a single short one."""
    rng = random.Random(5)
    columns = [wrap("".join(paragraph(rng) for _ in range(5)), 16).split("\n")[:14] for _ in range(4)]
    upper = [column[:8] for column in columns]
    lower = [column[5:] for column in columns]
    lower[3] = columns[3][7:]  # one line only
    before = "\n\n".join("\n".join(part) for part in upper + lower)
    assert solid(drop_duplicates(before)) == solid(
        "".join(map("".join, upper)) + "".join("".join(c[8:]) for c in columns)
    )


@given(texts)
def test_never_fails(text: str) -> None:
    after = drop_duplicates(text)
    assert drop_duplicates(after) == after
    for repeat in find_repeats(text):
        assert 0 <= repeat.start < repeat.end <= len(text)
        assert 0 <= repeat.of[0] < repeat.of[1] <= len(text)
        assert 0 < repeat.likeness <= 1


PIECES = st.sampled_from(
    [paragraph(random.Random(seed)) for seed in range(4)]
    + ["\n", "\n\n", "\n　　", "。", "，", "12", "\u200b", "甲", " "]
)


@given(st.lists(PIECES, max_size=30), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_laws(pieces: list[str], rng: random.Random) -> None:
    """Twice is once; only what repeats goes; the edits invert; no passage goes in all its copies."""
    text = "".join(p[rng.randrange(len(p)) :] if rng.random() < 0.3 else p for p in pieces)
    edits = drop_duplicates.edits(text)
    after = apply_edits(text, edits)
    assert drop_duplicates(after) == after
    assert apply_edits(after, invert(text, edits)) == text
    key, left = key_of(text).text, key_of(after).text
    if not edits:
        assert after == text
    grams = {key[i : i + 5] for i in range(len(key) - 4)}
    kept = {left[i : i + 5] for i in range(len(left) - 4)}
    assert len(grams - kept) <= 0.2 * len(grams) + 10 * len(edits)


@given(st.text(alphabet=[chr(0x4E00 + k) for k in range(3000)] + list("，。\n"), max_size=300))
def test_random_text_loses_nothing(text: str) -> None:
    if not re.search(r"(?s)(.{6}).*\1", re.sub(r"\W", "", text)):
        assert drop_duplicates(text) == text


@given(st.text(alphabet="甲乙丙丁。\n", max_size=80))
def test_runs_are_there_twice(text: str) -> None:
    key = key_of(text)
    for chain in chains(runs(key).found):
        for first, again, n in chain:
            assert first < again
            assert key.text[first : first + n] == key.text[again : again + n]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("国" * 200_000, "国" * 200_000),
        ("\n" * 200_000, "\n" * 200_000),
        ("一二三\n" * 20_000, "一二三\n" * 20_000),
        ("————————\n" * 20_000, "————————\n" * 20_000),
        ("盐场的老工人说，晒盐靠的是风和太阳，急不得。\n" * 5_000, "盐场的老工人说，晒盐靠的是风和太阳，急不得。\n"),
    ],
    ids=["one character", "newlines", "a short line", "rulers", "one sentence"],
)
def test_hostile(text: str, after: str) -> None:
    """None of these takes longer than its length asks for; a comparison of all with all would not end."""
    assert drop_duplicates(text) == after


def test_a_line_longer_than_print_is_passed_over_and_its_neighbours_are_not() -> None:
    rng = random.Random(5)
    first, second, third = dict.fromkeys(paragraph(rng) for _ in range(3))
    line = "".join(rng.choices("0123456789", k=60_000))
    page = "\n\n".join([first, second, first, line, third, third, line, second])
    assert drop_duplicates(page).split() == [first, second, line, third]


def test_pickles() -> None:
    assert pickle.loads(pickle.dumps(drop_duplicates)) == drop_duplicates


def test_a_phrase_that_stands_hundreds_of_times_is_no_passage() -> None:
    """In a text of two characters every run stands everywhere: nothing of it is compared; long passages still are."""
    rng = random.Random(3)
    noise = "".join(rng.choices("甲乙", k=20_000))
    joined = runs(key_of(noise))
    assert len(joined.found) < 100
    assert drop_duplicates(noise) == noise
    (note,) = drop_duplicates.suggestions(noise)
    assert f"{joined.crowded} places of phrases that stand more than 200 times" in note.reason
    assert apply_edits(noise, [note]) == noise
    page = "\n\n".join(dict.fromkeys(paragraph(rng) for _ in range(4)))
    assert solid(drop_duplicates("\n\n".join([page] * 250))) == solid(page)


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("（三）渡口的摆渡人每天清晨要检查三遍缆绳和救生衣", "（三）渡口的摆渡人每天清晨要检查三遍缆绳和救生衣"),
        ("图为老码头的修船工趁着退潮给船底补漆，雨停以后还要再刷一遍桐油。", "老码头的修船工趁着退潮给船底补漆，雨停以后还要再刷一遍桐油。"),
    ],
    ids=["an item of two lists", "a caption"],
)
def test_said_twice_is_suggested(first: str, again: str) -> None:
    middle = "对岸的集市要到八点才热闹起来，卖菜的人却天不亮就等在栈桥上了。"
    text = f"{first}\n\n{middle}\n\n{again}"
    assert drop_duplicates(text) == text
    assert all(repeat.level == Level.GUESS for repeat in find_repeats(text))


MILL = "清晨五点，豆腐坊的灯已经亮了两个钟头，石磨转得很慢，豆浆顺着木槽流进锅里，热气把窗玻璃蒙成一片白。"
STONE = "老板说，石磨是爷爷留下来的，用了六十年没有换过，磨齿倒是每年都要请石匠凿一遍。"
GUESTS = "天亮以后，第一批客人来了，多半是附近工地上的工人，捧着碗站在门口就吃。"
BARBER = "街对面的理发店也开了门，转筒上的红蓝条纹慢慢转着，收音机里放着评书。"
NOON = "中午的巷子里没有什么人，猫在台阶上睡觉，晾衣绳上的被单被风吹得鼓起来。"
POOL = "河边洗衣服的石板还在，只是没有人用了，孩子们拿它当作跳水的台子，水花溅得老远。"
TOWER = "2024年5月6日，第3座水塔在城北开工，塔高42米，可以存水800吨，工期11个月。"
ROADS = (
    "县里把农村公路建设作为重点民生工程，今年已经安排专项资金三千万元，改造道路一百二十公里，"
    "群众出行更加方便，运输成本也明显下降。"
)
FULL_WIDTH = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in TOWER)
DAMAGED = MILL.replace("豆腐坊", "豆腑坊").replace("木槽", "才槽").replace("热气", "執气").replace("玻璃", "玻離")


@pytest.mark.parametrize(
    ("pieces", "gone"),
    [
        ([wrap(MILL, 17), wrap(GUESTS, 17), wrap(MILL, 13)], [2]),
        ([MILL, STONE, GUESTS, BARBER, STONE, GUESTS], [4, 5]),
        ([MILL, STONE, GUESTS, BARBER, MILL[21:], STONE, GUESTS], [4, 5, 6]),
        ([MILL, STONE, GUESTS[:20], BARBER, MILL, STONE, GUESTS, NOON], [0, 1, 2]),
        ([MILL, STONE, GUESTS, DAMAGED], [3]),
        ([DAMAGED, STONE, GUESTS, MILL], [0]),
        ([TOWER, STONE, FULL_WIDTH], [2]),
        ([MILL + STONE, GUESTS, MILL[9:] + STONE, BARBER, STONE[7:]], [2, 4]),
        ([MILL, STONE, " ".join(MILL)], [2]),
        ([MILL, STONE, GUESTS, MILL.replace("，", " ").replace("。", "")], [3]),
        (["豆腐坊的清晨", MILL, STONE, GUESTS, MILL, BARBER], [4]),
    ],
    ids=[
        "wrapped anew",
        "two paragraphs",
        "begun in the middle",
        "a head cut short goes with what it follows",
        "misread",
        "misread where it stands first",
        "in full width",
        "three times, cut differently",
        "spaced",
        "its marks lost",
        "once under a headline",
    ],
)
def test_copies_go(pieces: list[str], gone: list[int]) -> None:
    kept = [piece for k, piece in enumerate(pieces) if k not in gone]
    for newline in "\n", "\r\n":
        before = "\n\n".join(pieces).replace("\n", newline)
        assert solid(drop_duplicates(before)) == solid("".join(kept))


def strips(lost: dict[str, str], across: bool = False) -> tuple[str, list[list[str]]]:
    """A page of three columns read in two strips that overlap by two lines, the second time with some letters lost."""
    columns = [wrap(text, 15).split("\n") for text in (ROADS, GUESTS + BARBER, NOON + POOL)]
    lower = [column[2:] for column in columns]
    for old, new in lost.items():
        lower = [[line.replace(old, new) for line in column] for column in lower]
    if across:  # the first lines of two columns as one line
        lower = [[f"{lower[0][0]}   {lower[1][0]}", *lower[0][1:]], lower[1][1:], lower[2]]
    parts = [column[:4] for column in columns] + lower
    return "\n\n".join("\n".join(part) for part in parts), columns


def test_the_better_reading_of_a_strip_stays() -> None:
    text, columns = strips({"改造": "改", "街对面": "衍付面"})
    assert solid(drop_duplicates(text)) == "".join(
        solid("".join(part)) for part in [c[:4] for c in columns] + [c[4:] for c in columns]
    )
    text, columns = strips({})
    good = columns[0][2]
    bad = good.replace("改造道路", "玫诰遒路").replace("公里", "厶里")
    after = drop_duplicates(text.replace(good, bad, 1))
    assert bad not in after
    assert after.count(good) == after.count("收音机里放着评书") == after.count("没有人用了") == 1


def test_columns_read_as_one_line_go_where_each_was_read_by_itself() -> None:
    text, columns = strips({}, across=True)
    (both,) = (line for line in text.split("\n") if "   " in line)
    after = drop_duplicates(text)
    assert both not in after
    assert sorted(after.split()) == sorted("\n".join(map("\n".join, columns)).split())
    across = [repeat for repeat in find_repeats(text) if repeat.how == "across"]
    assert [text[repeat.start : repeat.end].strip() for repeat in across] == both.split()
    assert [text[slice(*repeat.of)] for repeat in across] == [part.strip("，。") for part in both.split()]
