"""Laws that hold for every character step: lines are kept, what is done is done once, nothing is lost, cost is linear."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsclean.characters import character_pipeline, normalize, normalize_punctuation
from newsclean.edits import Level, apply_edits, invert
from newsclean.presets import CHARACTER_PRESETS, NEWSPAPER_CHARACTERS
from newsclean.rules.occasions import screen
from newsclean.steps import Step

LINE_END = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")

# Pieces that rules look for, so that they meet each other in every order
PIECES = [
    "记者",
    "张婷",
    "务川",
    "自",
    "治",
    "县",
    "的",
    "和",
    "增长",
    "3月",
    "20日",
    "二○二二",
    "2O22",
    "l80",
    "多吨",
    ",",
    ".",
    ":",
    ";",
    "!",
    "?",
    "(",
    ")",
    "（",
    "）",
    "“",
    "”",
    "‘",
    "’",
    '"',
    "'",
    "「",
    "」",
    "『",
    "』",
    "《",
    "》",
    "<<",
    ">>",
    "≪",
    "≫",
    "〈",
    "〉",
    "...",
    "。。。",
    "…",
    "……",
    "--",
    "——",
    "──",
    "—",
    "一一",
    "一",
    "5",
    "6",
    "%",
    "％",
    "．",
    "０",
    "Ａ",
    "b",
    "Windows",
    "11",
    "http://a.cn/b",
    "。",
    "，",
    "：",
    "！",
    "摄",
    "一一访",
    "1.",
    "3:2",
    "⼈",
    "⻓",
    "︒",
    "﹁",
    "｢",
    "･",
    "U.S.",
    "第",
]
pieces = st.sampled_from(
    [
        *PIECES,
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        "\x0c",
        "\u2028",
        "\x85",
        " ",
        "  ",
        "\u3000",
        "\xa0",
        "\u200b",
        "\u200d",
        "\ufeff",
        "\xad",
        "\ue123",
        "\ue5e5",
    ]
)
texts = st.lists(pieces, max_size=24).map("".join)
steps = st.sampled_from(NEWSPAPER_CHARACTERS)


@given(steps, texts)
@settings(max_examples=600, deadline=None)
def test_a_step_keeps_the_lines_and_is_settled_and_can_be_undone(step: Step, text: str) -> None:
    edits = step.edits(text)
    after = apply_edits(text, edits)
    assert len(LINE_END.findall(after)) == len(LINE_END.findall(text))
    settled = after
    for _ in range(3 if step.name == "quotes" else 0):  # a quote set right may turn one that it is paired with
        settled = step(settled)
    assert step(settled) == settled
    assert apply_edits(after, invert(text, edits)) == text
    assert all(edit.reason for edit in edits)


@given(st.sampled_from(sorted(CHARACTER_PRESETS)), texts)
@settings(max_examples=400, deadline=None)
def test_a_preset_is_settled(preset: str, text: str) -> None:
    after = normalize(text, preset)
    assert normalize(after, preset) == after
    assert len(LINE_END.findall(after)) == len(LINE_END.findall(text))


@given(texts)
@settings(max_examples=200, deadline=None)
def test_leaving_steps_out_changes_nothing(text: str) -> None:
    whole, before = text, None
    while whole != before:
        before = whole
        for step in NEWSPAPER_CHARACTERS:
            whole = step(whole)
    assert normalize(text) == whole
    assert apply_edits(text, character_pipeline().edits(text)) == whole


@given(steps, texts)
@settings(max_examples=600, deadline=None)
def test_whatever_a_step_would_do_the_text_gives_occasion_to(step: Step, text: str) -> None:
    occasions = screen()
    if [*step.edits(text), *step.suggestions(text)]:
        assert step.name in occasions(text) or step.name not in occasions.names


def test_the_seed_page_has_one_leaked_word_and_stays_else() -> None:
    page = next(Path(__file__).parents[1].joinpath("seeds").glob("*.txt")).read_text(encoding="utf-8")
    (edit,) = character_pipeline().edits(page)
    assert (page[edit.start : edit.end].strip(), edit.new, edit.rule) == ("service", "服务", "leaked_words")


@pytest.mark.parametrize(
    "text",
    [
        '"' * 200_000,
        "“" * 200_000,
        "(" * 200_000,
        "（" * 100_000 + "》" * 100_000,
        "《" * 200_000,
        " " * 200_000,
        "务 " * 100_000,
        "，" * 100_000 + "," * 100_000,
        "." * 200_000,
        ". " * 100_000,
        "-" * 200_000,
        "一" * 200_000,
        "\n" * 200_000,
        "1 " * 100_000,
        "O1" * 100_000,
        "Ａ＠" * 100_000,
        "\u200b" * 200_000,
        "<<" * 100_000,
        "「" * 200_000,
        "记者 " * 70_000,
        "a.b(" * 50_000,
        "二○" * 100_000,
        '务"' * 100_000,
        "务\n " * 70_000,
    ],
    ids=lambda text: ascii(text[:3]),
)
def test_hostile_text_comes_through(text: str) -> None:
    """A cost that grows with the square of the text would keep this test from ending."""
    assert normalize(text).count("\n") == text.count("\n")


def test_every_step_has_a_name_of_its_own_and_pickles() -> None:
    names = [step.name for step in NEWSPAPER_CHARACTERS]
    assert len(names) == len(set(names))
    assert pickle.loads(pickle.dumps(NEWSPAPER_CHARACTERS)) == NEWSPAPER_CHARACTERS


def test_the_minimal_preset_does_only_what_is_sure() -> None:
    text = '⼈⺠日报２０２２年,增长5. 6%，说:"好"\u200b。\ue123'
    edits = character_pipeline("minimal").edits(text)
    assert {edit.level for edit in edits} == {Level.SURE}
    assert normalize(text, "minimal") == '人民日报2022年,增长5. 6%，说:"好"。\ue123'


def test_an_unknown_preset_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="no preset 'paper'; there are newspaper, minimal, ocr"):
        normalize("务川", "paper")


def test_punctuation_over_line_ends() -> None:
    assert normalize_punctuation('他说:"坚守一线,\n不退缩."随后离开.') == "他说：“坚守一线，\n不退缩。”随后离开。"


@pytest.mark.parametrize("place", ["邳州", "蕲春", "武陟", "义马", "浠水", "潮南", "长泰", "田东", "且末", "耒水"])
@pytest.mark.parametrize("text", ["来自{}的王师傅说，他对这里的工作很满意。", "近日，在{}举行的招商推介会吸引了众多客商。"])
def test_names_of_places_are_no_misreadings(place: str, text: str) -> None:
    assert normalize(text.format(place)) == text.format(place)


@pytest.mark.parametrize(
    "text",
    [
        "赵赟同志任市教育局局长。",
        "副市长吴志梓出席活动并讲话。",
        "获奖者黄志宥激动地表示，将继续努力。",
        "本报讯（记者 周志晋 通讯员 李明）昨日，全市防汛工作会议召开。",
    ],
)
def test_names_of_people_are_no_misreadings(text: str) -> None:
    assert normalize(text) == text
