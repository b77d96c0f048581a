from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean.layout.bylines import credits, dateline, people

try:
    import tomllib
except ModuleNotFoundError:
    import tomli as tomllib

CASES = tomllib.loads((Path(__file__).parent / "cases/bylines/people.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_people(case: dict) -> None:
    assert list(people(case["text"], line=case.get("line", False))) == case["people"]


def test_forms_and_spans() -> None:
    text = "本报讯（记者 张　婷）自务川自治县发生疫情以来。（通讯员 王峰）"
    lead, tail = credits(text)
    assert (lead.form, tail.form) == ("lead", "tail")
    assert text[slice(*lead.span)] == "本报讯（记者 张　婷）"
    assert text[slice(*tail.span)] == "（通讯员 王峰）"
    assert text[slice(*lead.people[0].span)] == "张　婷"
    assert [(p.name, p.role) for p in (*lead.people, *tail.people)] == [("张婷", "reporter"), ("王峰", "correspondent")]


def test_who_did_what() -> None:
    (credit,) = credits("记者 王丽 文 赵刚 摄", line=True)
    assert [(p.name, p.role) for p in credit.people] == [("王丽", "reporter"), ("赵刚", "photographer")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("本报讯（记者 张婷）近日", "本报讯"),
        ("本报云安3月5日电（记者 张婷）近日", "本报云安3月5日电"),
        ("新华社北京３月５日电 近日", "新华社北京３月５日电"),
        ("云安讯（通讯员 王峰）近日", "云安讯"),
        ("通讯设备已经运到。", None),
        ("商务部来电，要求核实。", None),
        ("本报记者张婷", None),
    ],
)
def test_dateline(text: str, found: str | None) -> None:
    assert dateline(text) == found


@given(st.text(alphabet="本报讯记者通讯员（）() 张婷刘素琴王峰、/文图摄。\n□a1·", max_size=60), st.booleans())
def test_people_stand_in_the_text(text: str, line: bool) -> None:
    for credit in credits(text, line=line):
        assert 0 <= credit.span[0] < credit.span[1] <= len(text)
        for person in credit.people:
            said = "".join(text[slice(*person.span)].split())
            assert said == "".join(person.name.split())


def test_long_lines_of_brackets_pass() -> None:
    assert people("（" * 100_000, line=True) == ()
    assert people("（记者 " * 30_000) == ()
