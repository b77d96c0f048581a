"""The screen of the character steps, and the table that says where misread characters are looked for."""

from __future__ import annotations

import itertools
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsclean.edits import Level
from newsclean.language import load
from newsclean.rules import confusables
from newsclean.screen import Screen, Sign

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CASES = Path(__file__).parent / "cases" / "confusables" / "confusables.toml"
SIGNS: dict[str, list[Sign]] = {
    "one": [("[甲乙]",), ("\n", "丙")],
    "two": [("[^甲]", "甲")],
    "three": [("[甲乙]", "丁", "[^丁]"), ("丙", "丙", "丙")],
}
SCREEN = Screen(SIGNS)


@given(st.text(alphabet="甲乙丙丁\n", max_size=12))
@settings(deadline=None)
def test_a_screen_finds_what_the_patterns_find(text: str) -> None:
    lines = f"\n{text}\n"
    found = [name for name, some in SIGNS.items() if any(re.search("".join(sign), lines) for sign in some)]
    assert SCREEN(text) == found


def test_characters_beyond_the_basic_plane_may_be_any_sign() -> None:
    assert SCREEN("丁\U00020000丁") == ["one", "two", "three"]


def test_more_signs_than_bits_are_refused() -> None:
    with pytest.raises(ValueError, match="65 signs"):
        Screen({"many": [("甲",)] * 65})


def test_all_of_64_signs_are_told_apart() -> None:
    names = "".join(chr(0x4E00 + k) for k in range(65))
    screen = Screen({f"{a}{b}": [(a, b)] for a, b in itertools.pairwise(names)})
    for a, b in itertools.pairwise(names):
        assert screen(f"，{a}{b}，") == [f"{a}{b}"]
        assert screen(f"，{b}，{a}，") == []


PAGE = "工程己经完工，侯选人名单公布。\n　　他自己解决 了，干部 群众末必知道；人伍的土兵曰夜守侯，大家都说未来可期。" * 3


def test_misread_characters_are_looked_for_wherever_the_pairs_say_so() -> None:
    known = confusables._known()
    places = [i for i, c in enumerate(PAGE) if c not in "\n \u3000"]
    page = "\n" + "".join(PAGE[i] for i in places) + "\n"
    expected = {}
    for k, i in enumerate(places, 1):
        if page[k] not in confusables.alternatives():
            continue
        base = int(known.base[ord(page[k])])
        before, behind = int(known.column[ord(page[k - 1])]), int(known.column[ord(page[k + 1])])
        others = [chr(other.point) for other, *_ in confusables._better_known(known, base, base + before, base + behind)]
        padded = f"\n\n{page}\n\n"
        odds = load().replacement_odds(padded, [k + 2] * len(others), [k + 3] * len(others), others)
        if odds.max(initial=0) > 0:
            expected[i] = others[int(odds.argmax())]
    assert {p.start: p.new for p in confusables.proposals(PAGE)} == expected
    assert expected[2] == "已"


@pytest.mark.parametrize("case", tomllib.loads(CASES.read_text(encoding="utf-8"))["case"], ids=lambda case: case["label"])
def test_what_is_done_is_the_same_whether_suggestions_are_looked_for_or_not(case: dict[str, str]) -> None:
    text = case["before"]
    both = ([e for e in confusables.confusables(text, level=level) if e.level >= Level.LIKELY] for level in (Level.GUESS, Level.LIKELY))
    assert next(both) == next(both)


def test_where_a_chunk_ends_makes_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = list(confusables.proposals(PAGE))
    monkeypatch.setattr(confusables, "CHUNK", 7)
    assert list(confusables.proposals(PAGE)) == whole
