"""Random texts and edits for the laws, and slow, obvious oracles to hold the fast paths against."""

from __future__ import annotations

from hypothesis import strategies as st

from newsclean.edits import Edit, Level, first_longest

# Few characters, so that repeats, brackets and line breaks meet each other often
ALPHABET = "记者报道，。“”（）《》——…\n\n 　 ab1290.,:!?\"'()\u200b\u2f08\uff21"
texts = st.text(alphabet=st.one_of(st.sampled_from(ALPHABET), st.characters(codec="utf-8")), max_size=120)


@st.composite
def proposals(draw: st.DrawFn, text: str) -> list[Edit]:
    """Edits of the text in any order, overlapping as they may."""
    edits = []
    for _ in range(draw(st.integers(0, 8))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 5)))
        new = draw(st.text(alphabet="新旧字", max_size=3))
        edits.append(Edit(start, end, new, draw(st.sampled_from(["one", "two"])), draw(st.sampled_from(list(Level)))))
    return edits


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    """A text with settled edits of it."""
    text = draw(st.text(alphabet="甲乙丙丁\n ", max_size=30))
    return text, first_longest(draw(proposals(text)))


def slow_apply(text: str, edits: list[Edit]) -> list[tuple[str, set[int]]]:
    """Each character of the output with the set of source places it came from: the oracle for apply and trace."""
    out: list[tuple[str, set[int]]] = []
    at = 0
    for edit in edits:
        out += [(text[i], {i}) for i in range(at, edit.start)]
        out += [(c, set(range(edit.start, edit.end))) for c in edit.new]
        at = edit.end
    return out + [(text[i], {i}) for i in range(at, len(text))]
