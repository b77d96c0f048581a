"""The account of a cleaned text: it agrees with the pipeline, lies in the source, and can be taken back."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from hypothesis import given
from rich.console import Console
from strategies import texts

from newsclean.cleaned import Cleaned, explain_with
from newsclean.edits import Edit, Level, apply_edits
from newsclean.report.html import fragment
from newsclean.report.terminal import report
from newsclean.report.visible import visible
from newsclean.steps import Pipeline, Step


def commas(text: str) -> Iterator[Edit]:
    for found in re.finditer("[,，]+", text):
        if found[0] != "，":
            yield Edit(found.start(), found.end(), "，", "commas", Level.SURE, "a Chinese comma")


def spaces(text: str) -> Iterator[Edit]:
    for found in re.finditer(" +", text):
        level = Level.LIKELY if len(found[0]) > 1 else Level.GUESS
        yield Edit(found.start(), found.end(), "", "spaces", level, "a space")


def line_ends(text: str) -> Iterator[Edit]:
    for found in re.finditer(r"(?<=，)\n+", text):
        yield Edit(found.start(), found.end(), "", "line_ends", Level.SURE, "a comma ends no paragraph")


PIPELINE = Pipeline(
    "all", (Step("spaces", spaces), Step("commas", commas), Step("line breaks", line_ends), Step("spaces", spaces))
)


@given(texts)
def test_the_account_agrees_with_the_pipeline(text: str) -> None:
    cleaned = explain_with(PIPELINE, text)
    assert cleaned.text == PIPELINE(text)
    assert apply_edits(text, [place.edit for place in cleaned.places]) == cleaned.text
    assert cleaned.trace == PIPELINE.trace(text)
    assert len(cleaned.done) == sum(len(edits) for _, _, edits in PIPELINE.history(text))


@given(texts)
def test_every_record_belongs_to_one_place_and_lies_in_it(text: str) -> None:
    cleaned = explain_with(PIPELINE, text)
    assert sorted(n for place in cleaned.places for n in place.records) == list(range(len(cleaned.done)))
    for place in cleaned.places:
        for n in place.records:
            record = cleaned.done[n]
            assert place.edit.start <= record.start <= record.end <= place.edit.end
            assert record in cleaned.at(record.start, record.end)


@given(texts)
def test_all_can_be_taken_back_and_nothing_need_be(text: str) -> None:
    cleaned = explain_with(PIPELINE, text)
    assert cleaned.undo() == cleaned.undo(cleaned.done) == text
    assert cleaned.undo([]) == cleaned.text


def test_one_rule_is_taken_back_and_the_others_stay() -> None:
    cleaned = explain_with(PIPELINE, "天晴,风止  了，\n雨停")
    assert cleaned.text == "天晴，风止了，雨停"
    assert cleaned.undo(record for record in cleaned.done if record.rule == "commas") == "天晴,风止了，雨停"
    assert cleaned.undo([cleaned.at(9)[0]]) == "天晴，风止了，\n雨停"


def test_what_several_steps_did_to_one_place_stands_in_their_order() -> None:
    cleaned = explain_with(PIPELINE, "天晴,  ,风止")
    assert [(r.step, r.before, r.after, r.start, r.end) for r in cleaned.at(2, 6)] == [
        ("commas", ",,", "，", 2, 6),
        ("spaces", "  ", "", 3, 5),
    ]
    assert cleaned.undo([r for r in cleaned.done if r.rule == "spaces"]) == "天晴,  ,风止"


@given(texts)
def test_suggestions_stand_only_where_nothing_was_done_and_only_once(text: str) -> None:
    cleaned = explain_with(PIPELINE, text)
    assert len(set(cleaned.suggestions)) == len(cleaned.suggestions)
    for suggestion in cleaned.suggestions:
        assert text[suggestion.start : suggestion.end] == suggestion.before == " "
        assert not any(
            place.edit.start < suggestion.end and suggestion.start < place.edit.end for place in cleaned.places
        )


@given(texts)
def test_line_and_column_lead_to_the_place(text: str) -> None:
    lines = text.split("\n")
    cleaned = explain_with(PIPELINE, text)
    for row in cleaned.rows() + cleaned.rows(suggested=True):
        before = sum(len(line) + 1 for line in lines[: row["line"] - 1])
        assert before + row["column"] - 1 == row["start"]


@given(texts)
def test_an_account_pickles(text: str) -> None:
    cleaned = explain_with(PIPELINE, text)
    assert pickle.loads(pickle.dumps(cleaned)) == cleaned


class Marks(HTMLParser):
    """Reads back what stands in ``<pre>``, with or without what was taken out or put in."""

    def __init__(self, leave_out: str) -> None:
        super().__init__()
        self.leave_out, self.inside, self.text = leave_out, [""], ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.inside.pop()

    def handle_data(self, data: str) -> None:
        if "pre" in self.inside and self.leave_out not in self.inside:
            self.text += data.replace("↵", "\n").replace("␣", " ") if self.inside[-1] == "del" else data


def read_back(cleaned: Cleaned, leave_out: str) -> str:
    marks = Marks(leave_out)
    marks.feed("<pre>" + fragment(cleaned).split("<pre>")[1])
    marks.close()
    return marks.text


@given(texts.map(lambda text: re.sub(r"[\x00-\x09\x0b-\x1f<&\u3000]", "", text)))
def test_the_html_holds_the_source_and_the_clean_text(text: str) -> None:
    cleaned = explain_with(PIPELINE, text)
    assert read_back(cleaned, leave_out="ins") == text
    assert read_back(cleaned, leave_out="del") == cleaned.text


def test_html_of_a_text_is_not_html() -> None:
    cleaned = explain_with(PIPELINE, "<b>天晴</b>,&amp; 风止")
    assert "<b>" not in fragment(cleaned, "<i>name")
    assert "<i>" not in fragment(cleaned, "<i>name")
    assert cleaned._repr_html_() == fragment(cleaned)


def test_the_table_tells_what_was_done_and_what_is_only_suggested() -> None:
    console = Console(width=120)
    with console.capture() as capture:
        console.print(report(explain_with(PIPELINE, "天晴 了,风止[/b]  。"), "page.txt"))
    text = capture.get()
    assert "page.txt: 2 changes, 1 suggestion" in text
    assert "1:5" in text
    assert "晴␣了,风止[ → 晴␣了，风止[" in text
    assert "suggested, not done" in text
    assert "天晴␣了,风 → 天晴了,风" in text


def test_invisible_characters_are_shown_by_their_codes() -> None:
    assert visible("\ufeff甲\u00ad \u3000乙\u2028") == "⟨U+FEFF⟩甲⟨U+00AD⟩␣□乙⟨U+2028⟩"


def test_undo_takes_one_record_and_refuses_those_of_another_text() -> None:
    cleaned = explain_with(PIPELINE, "天晴,风止, 云散")
    assert cleaned.undo(cleaned.done[0]) == cleaned.undo([cleaned.done[0]]) != cleaned.text
    with pytest.raises(ValueError, match="no record of this text"):
        cleaned.undo(explain_with(PIPELINE, "云开日出,").done)
    suggestion = explain_with(PIPELINE, "天 晴").suggestions[0]
    assert explain_with(PIPELINE, "天 晴").undo([suggestion]) == "天 晴"
