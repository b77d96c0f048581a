"""The passages that two texts share are named whole, however often their phrases stand in the texts."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean.corpus import shared_spans
from newsclean.corpus.sketch import encode, places

from .generate import misread, sentences


@given(st.text(st.sampled_from("甲乙，  Ａ𠮷😀\n\ud83d\ude00"), max_size=30))
def test_places_against_single_characters(text: str) -> None:
    expected = [i for i, char in enumerate(text) for _ in encode([char]).codes]
    assert places(text).tolist() == expected


def test_a_phrase_that_stands_often_does_not_cut_a_passage() -> None:
    parts = sentences(random.Random(3), 12)
    whole = "按照县里春耕备耕工作会议的要求，".join(parts)
    assert shared_spans(whole, whole) == [(0, len(whole) - 1, 0, len(whole) - 1)]  # the last full stop is not compared
    head = "要闻简报三则："
    (span,) = shared_spans(whole, head + whole)
    assert span == (0, len(whole) - 1, len(head), len(head + whole) - 1)
    (span,) = shared_spans(whole, misread(random.Random(5), whole, 0.02))
    assert (span.a_start, span.a_end) == (0, len(whole) - 1)


@pytest.mark.parametrize("phrase", ["啊", "一二三四五六七"])
def test_one_phrase_again_and_again(phrase: str) -> None:
    assert shared_spans(phrase * 100, phrase * 90) == [(0, 90 * len(phrase), 0, 90 * len(phrase))]


def test_moved_passages_are_found_each_for_itself() -> None:
    parts = sentences(random.Random(6), 3)
    a, b = "".join(parts), parts[2] + parts[0] + parts[1]
    moved, rest = shared_spans(a, b)
    assert a[moved.a_start : moved.a_end] == b[moved.b_start : moved.b_end] == parts[2][:-1]
    assert a[rest.a_start : rest.a_end] == b[rest.b_start : rest.b_end] == (parts[0] + parts[1])[:-1]


def test_short_texts_share_what_is_equal() -> None:
    assert shared_spans("（通知）", "通知") == [(1, 3, 0, 2)]
    assert shared_spans("通知", "通告") == shared_spans("", "") == shared_spans("，", "。") == []
    assert shared_spans("关于防汛的通知", "通知") == []
