"""The algebra of edits and traces, held against a slow oracle."""

from __future__ import annotations

import pickle
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import edited, proposals, slow_apply, texts

from newsclean.edits import Edit, Level, apply_edits, first_longest, invert
from newsclean.trace import Trace


@given(st.data(), texts)
def test_settled_edits_are_sorted_and_apart(data: st.DataObject, text: str) -> None:
    offered = data.draw(proposals(text))
    settled = first_longest(offered)
    assert set(settled) <= set(offered)
    for a, b in pairwise(settled):
        assert a.end <= b.start
        assert not (a.start == a.end == b.start == b.end)
    for edit in offered:  # whoever was refused met one that was taken
        if edit not in settled:
            assert any(s.start <= edit.end and edit.start <= s.end for s in settled)
    assert first_longest(settled) == settled


def test_first_then_longest_then_surest() -> None:
    early, long, short = Edit(0, 2, "", "early"), Edit(1, 9, "", "long"), Edit(3, 4, "", "short")
    assert first_longest([short, long, early]) == [early, short]
    assert first_longest([Edit(3, 5, "", "longer"), short]) == [Edit(3, 5, "", "longer")]
    guess, sure = Edit(3, 4, "a", "guess", Level.GUESS), Edit(3, 4, "b", "sure", Level.SURE)
    assert first_longest([guess, sure]) == [sure]


@given(edited())
def test_apply_agrees_with_the_oracle(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    assert apply_edits(text, edits) == "".join(c for c, _ in slow_apply(text, edits))


@given(edited())
def test_inverting_gives_the_source_again(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    assert apply_edits(apply_edits(text, edits), invert(text, edits)) == text


@given(edited())
def test_a_trace_leads_each_character_to_its_source(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    trace = Trace.of(edits)
    for k, (_, places) in enumerate(slow_apply(text, edits)):
        start, end = trace.source_span(k, k + 1)
        assert set(range(start, end)) == places


@given(st.data(), edited())
def test_composed_traces_lead_where_each_leads(data: st.DataObject, case: tuple[str, list[Edit]]) -> None:
    text, first = case
    middle = apply_edits(text, first)
    later = first_longest(data.draw(proposals(middle)))
    out = apply_edits(middle, later)
    trace = Trace.of(first).then(Trace.of(later))
    # every character that no edit touched is found again, and what stands between changes is the same text
    at_source = at_out = 0
    for change in trace.changes:
        assert text[at_source : change.source_start] == out[at_out : change.output_start]
        at_source, at_out = change.source_end, change.output_end
    assert text[at_source:] == out[at_out:]
    # and no span is lost: the one-step way lies within the composed way
    for k in range(len(out)):
        start, end = Trace.of(later).source_span(k, k + 1)
        narrow = Trace.of(first).source_span(start, end)
        wide = trace.source_span(k, k + 1)
        if start < end:  # what was inserted later came from nowhere
            assert wide[0] <= narrow[0]
            assert narrow[1] <= wide[1]


@given(edited())
def test_an_inverted_trace_leads_back(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    trace = Trace.of(edits)
    assert trace.inverted() == Trace.of(invert(text, edits))
    assert trace.inverted().inverted() == trace


@pytest.mark.parametrize("edits", [[Edit(2, 4, "", "a"), Edit(3, 5, "", "b")], [Edit(8, 9, "", "outside")]])
def test_edits_that_are_not_settled_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match="overlaps the edit before it"):
        apply_edits("六个字的文本", edits)


def test_edits_and_traces_pickle() -> None:
    edits = [Edit(1, 2, "，", "punctuation", Level.LIKELY, "between Chinese characters")]
    assert pickle.loads(pickle.dumps(edits)) == edits
    assert pickle.loads(pickle.dumps(Trace.of(edits))) == Trace.of(edits)
