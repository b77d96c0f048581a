"""Steps and pipelines: application, history, options, and pickling."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from strategies import texts

from newsclean.edits import Edit, Level, apply_edits, invert
from newsclean.steps import Pipeline, Step


def commas(text: str, mark: str = "，") -> Iterator[Edit]:
    for m in re.finditer(",", text):
        yield Edit(m.start(), m.end(), mark, "commas", Level.SURE, "a comma")


def spaces(text: str) -> Iterator[Edit]:
    for m in re.finditer(" +", text):
        yield Edit(m.start(), m.end(), "", "spaces", Level.SURE if len(m[0]) > 1 else Level.GUESS, "a space")


def doubled(text: str) -> Iterator[Edit]:
    for m in re.finditer("，，+", text):
        yield Edit(m.start(), m.end(), "，", "doubled", Level.LIKELY, "a doubled comma")


COMMAS, SPACES, DOUBLED = Step("commas", commas), Step("spaces", spaces), Step("doubled", doubled)
ALL = Pipeline("all", (COMMAS, Pipeline("inner", (SPACES, DOUBLED))))


def test_a_step_applies_what_is_sure_enough_and_suggests_the_rest() -> None:
    assert SPACES("甲  乙 丙") == "甲乙 丙"
    assert [e.start for e in SPACES.suggestions("甲  乙 丙")] == [4]
    assert SPACES.using(level=Level.GUESS)("甲  乙 丙") == "甲乙丙"


def test_a_rule_that_may_leave_out_what_is_not_asked_for_is_told() -> None:
    def rule(text: str, level: Level = Level.GUESS) -> Iterator[Edit]:
        yield Edit(0, 1, "乙", "told", level)

    step = Step("told", rule)
    assert [edit.level for edit in step.edits("甲")] == [Level.LIKELY]
    assert [edit.level for edit in step.using(level=Level.SURE).edits("甲")] == [Level.SURE]
    assert [edit.level for edit in step.suggestions("甲")] == [Level.GUESS]


def test_options_reach_the_rule_and_unknown_ones_are_named() -> None:
    assert COMMAS.using(mark="、")("甲,乙") == "甲、乙"
    with pytest.raises(TypeError, match="no option width; its options: mark"):
        COMMAS.using(width=3)


def test_a_pipeline_passes_options_to_its_steps() -> None:
    assert ALL.using(commas={"mark": "、"})("甲,乙") == "甲、乙"
    with pytest.raises(KeyError, match="no step marks"):
        ALL.using(marks={})


def test_the_history_of_a_pipeline_names_single_steps_in_order() -> None:
    assert [step.name for step, _, _ in ALL.history("甲,  ,乙")] == ["commas", "spaces", "doubled"]
    assert ALL("甲,  ,乙") == "甲，乙"


def test_edits_of_a_pipeline_lie_in_its_own_source() -> None:
    text = "甲,  ,乙  丙"
    edits = ALL.edits(text)
    assert [(e.start, e.end, e.new, e.rule) for e in edits] == [
        (1, 5, "，", "commas + spaces + doubled"),
        (6, 8, "", "spaces"),
    ]
    assert edits[0].level == Level.LIKELY


@given(texts)
def test_a_pipeline_does_what_its_edits_say(text: str) -> None:
    edits = ALL.edits(text)
    assert apply_edits(text, edits) == ALL(text)
    assert apply_edits(ALL(text), invert(text, edits)) == text
    assert [(e.start, e.end) for e in edits] == [(c.source_start, c.source_end) for c in ALL.trace(text).changes]


def test_steps_and_pipelines_pickle() -> None:
    assert pickle.loads(pickle.dumps(ALL)) == ALL
    assert pickle.loads(pickle.dumps(COMMAS.using(mark="、")))("a,b") == "a、b"


def test_no_step_is_given_the_same_text_twice() -> None:
    read: list[tuple[str, str]] = []

    def recorded(name: str, old: str, new: str) -> Step:
        def rule(text: str) -> Iterator[Edit]:
            read.append((name, text))
            if old in text:
                yield Edit(text.index(old), text.index(old) + len(old), new, name)

        return Step(name, rule)

    pipeline = Pipeline("both", (recorded("one", "甲", "乙"), recorded("two", "丙", "甲")), rounds=9)
    assert pipeline("丙") == "乙"
    assert read == [("one", "丙"), ("two", "丙"), ("one", "甲"), ("two", "乙"), ("one", "乙")]


def test_a_settling_step_is_not_asked_about_what_it_has_left_itself() -> None:
    read: list[str] = []

    def rule(text: str) -> Iterator[Edit]:
        read.append(text)
        return commas(text)

    pipeline = Pipeline("marks", (Step("commas", rule), DOUBLED), rounds=9, settling=frozenset(("commas",)))
    assert pipeline("甲,乙") == "甲，乙"
    assert read == ["甲,乙"]
    assert pipeline("甲,,乙") == "甲，乙"  # what another step has left since is another text
    assert read[1:] == ["甲,,乙", "甲，乙"]
    assert [step.name for step, _, _ in pipeline.history("甲,乙")] == ["commas", "doubled", "commas"]  # with suggestions
