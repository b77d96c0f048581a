"""A page read into articles: the seed pages as their truth says, and the laws on any text."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
import truth
from hypothesis import given, settings
from strategies import texts

import newsclean
from newsclean.page import Dropped, Page


@pytest.fixture(scope="module", params=truth.NAMES)
def read(request: pytest.FixtureRequest) -> tuple[str, dict, Page]:
    text, gold = truth.seed(request.param)
    return text, gold, newsclean.segment_articles(text, id=request.param)


def test_every_line_break_is_joined_or_left_as_the_truth_says(read: tuple[str, dict, Page]) -> None:
    text, gold, page = read
    label, owner = truth.labels(text, gold), truth.owners(text, page)
    solid = [i for i, c in enumerate(text) if not c.isspace()]
    wrong = [
        text[a - 5 : b + 6]
        for a, b in pairwise(solid)
        if "\n" in text[a:b]
        and label[a] >= 0
        and label[b] >= 0
        and (label[a] == label[b]) != (owner[a] == owner[b])
    ]
    assert wrong == []


def test_only_the_repeated_passages_are_dropped_and_what_they_repeat_is_named(read: tuple[str, dict, Page]) -> None:
    text, gold, page = read
    label, owner = truth.labels(text, gold), truth.owners(text, page)
    assert [i for i, c in enumerate(text) if not c.isspace() and (label[i] <= -2) != (owner[i] == "duplicate")] == []
    for dropped in page.dropped:
        start, end = dropped.source[0][0], dropped.source[-1][1]
        assert dropped.of is not None
        assert page.blocks[dropped.of].text.endswith(text[start:end])


def test_kinds_titles_and_people(read: tuple[str, dict, Page]) -> None:
    text, gold, page = read
    label, owner = truth.labels(text, gold), truth.owners(text, page)
    wrong = {
        (gold["blocks"][label[i]]["kind"], page.blocks[owner[i]].kind, page.blocks[owner[i]].text[:20])
        for i in range(len(text))
        if label[i] >= 0 and gold["blocks"][label[i]]["kind"] != page.blocks[owner[i]].kind
    }
    assert wrong == set()
    want = [(a["banner"], a["kicker"], a["headline"], a["subtitle"], tuple(a["byline"])) for a in gold["articles"]]
    have = [(a.banner, a.kicker, a.headline, a.subtitle, a.byline) for a in page.articles]
    assert sorted(have, key=str) == sorted(want, key=str)


def test_articles_hold_their_own_blocks(read: tuple[str, dict, Page]) -> None:
    text, gold, page = read
    label, owner = truth.labels(text, gold), truth.owners(text, page)
    pairs = {
        (gold["blocks"][label[i]]["article"], page.blocks[owner[i]].article) for i in range(len(text)) if label[i] >= 0
    }
    assert len(pairs) == len(gold["articles"])


def test_lost_ends_are_told(read: tuple[str, dict, Page]) -> None:
    text, gold, page = read
    label = truth.labels(text, gold)
    told = {(label[b.source[0][0]], b.lost_start, b.lost_end) for b in page.blocks if b.lost_start or b.lost_end}
    want = {(k, b["lost_start"], b["lost_end"]) for k, b in enumerate(gold["blocks"]) if b["lost_start"] or b["lost_end"]}
    assert told == want


def test_the_text_of_every_block_is_as_the_truth_says(read: tuple[str, dict, Page]) -> None:
    text, gold, page = read
    label = truth.labels(text, gold)
    have = {label[b.source[0][0]]: b.text for b in page.blocks}
    assert have == {k: b["text"] for k, b in enumerate(gold["blocks"])}


def test_a_page_comes_back_from_json(read: tuple[str, dict, Page]) -> None:
    page = read[2]
    assert Page.from_json(json.loads(json.dumps(page.to_json()))) == page


@settings(max_examples=60, deadline=None)
@given(texts)
def test_nothing_is_lost_on_any_text(text: str) -> None:
    assert newsclean.segment_articles(text).unaccounted(text) == []


@settings(max_examples=40, deadline=None)
@given(texts)
def test_cleaning_what_was_cleaned_changes_nothing(text: str) -> None:
    once = newsclean.clean(text)
    assert newsclean.clean(once) == once


def test_cleaning_the_cleaned_seed_changes_nothing(read: tuple[str, dict, Page]) -> None:
    once = newsclean.clean(read[0])
    assert newsclean.clean(once) == once


def test_a_scattered_story_is_read_in_its_own_order() -> None:
    page = newsclean.segment_articles(truth.seed("000_a5be2ab77f3884b8")[0])
    story = next(a for a in page.articles if a.byline == ("陆邱珊",))
    assert page.blocks[story.blocks[0]].text.startswith("“我是党员，我先上！”")
    assert page.blocks[story.blocks[-1]].kind == "byline"


@pytest.mark.parametrize("text", ["", " \n\n\u3000\n", "\u200b\n\ufeff", "一\r\n二\u2028三\f四"])
def test_pages_with_little_on_them(text: str) -> None:
    page = newsclean.segment_articles(text)
    assert page.unaccounted(text) == []


@pytest.mark.parametrize("text", ["\x1c序\n众", "\x1d记\u2029者", "甲\x1e\n\x1c乙\r\n丙"], ids=ascii)
def test_a_control_character_that_goes_is_no_line_break(text: str) -> None:
    """The step that takes them out must not change the number of lines, else lines are taken for others."""
    assert newsclean.segment_articles(text).unaccounted(text) == []


def test_json_keeps_the_likeness_as_it_is() -> None:
    page = Page((), (), (Dropped(((0, 2),), "duplicate", None, 2 / 3),))
    assert Page.from_json(json.loads(json.dumps(page.to_json()))) == page
