"""Pages that nobody prints: what is looked at again line by line costs no more than its lines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from newsclean.layout import breaks
from newsclean.layout.corrections import give_back_jumps
from newsclean.layout.headlines import join_cut
from newsclean.layout.lines import lines_of
from newsclean.layout.model import HEADS, Readings
from newsclean.layout.reading import read_lines
from newsclean.page import KINDS
from newsclean.repeats import find_repeats
from newsclean.rules.spaces import between_chinese_step


class Counted(np.ndarray[Any, Any]):
    """An array that counts how often it is asked."""

    asked = 0

    def __getitem__(self, key: Any) -> Any:
        Counted.asked += 1
        return super().__getitem__(key)


def read_as(kind: str, continues: list[bool]) -> Readings:
    """Readings of lines that are all of one kind."""
    n = len(continues)
    kinds = np.full(n, KINDS.index(kind)).view(Counted)
    scores = np.zeros((n, 2 * len(KINDS)), np.float32)
    return Readings(kinds, np.array(continues), scores, np.zeros((n, len(HEADS)), np.float32))


@pytest.mark.parametrize("kind", ["kicker", "headline"])
def test_many_cut_title_lines_are_gone_over_once(kind: str) -> None:
    n = 400
    readings = read_as(kind, [False] * n)
    Counted.asked = 0
    join_cut(readings, lines_of("我市抗疫物资\n" * n), np.full(n, 9, np.float32), np.zeros(n, bool))
    assert readings.continues[1:].all()
    assert set(readings.kinds.tolist()) == {KINDS.index("headline")}
    assert Counted.asked < 12 * n


def test_many_jumps_of_one_block_are_gone_over_once() -> None:
    n = 400
    readings = read_as("furniture", [False] + [True] * (n - 1))
    Counted.asked = 0
    give_back_jumps(readings, lines_of("城区道路铺装全部完成（下转第3版）\n" * n))
    assert set(readings.kinds.tolist()) == {KINDS.index("furniture")}  # no paragraph stands before it
    assert Counted.asked < 12 * n


def test_a_jump_in_the_last_line_of_a_block_gives_the_block_back() -> None:
    readings = read_as("furniture", [False, False, True, True])
    readings.kinds[0] = KINDS.index("paragraph")
    lines = lines_of("今年以来，市政部门抓紧施工\n，东大街的路灯已换新，\n南大街的水管也已接通，\n城区道路铺装全部完成（下转第3版）")
    give_back_jumps(readings, lines)
    assert readings.kinds.tolist() == [KINDS.index("paragraph")] * 4


def test_a_title_that_seems_to_continue_on_the_first_line_is_joined_with_the_second() -> None:
    readings = read_as("kicker", [True, False, False])
    junction = np.array([0, 9, -9], np.float32)
    join_cut(readings, lines_of("我市抗疫物\n资保障充足\n社区送菜上门"), junction, np.zeros(3, bool))
    assert [KINDS[k] for k in readings.kinds.tolist()] == ["headline", "headline", "kicker"]
    assert readings.continues.tolist() == [True, True, False]


def test_lines_of_one_character_are_no_paragraphs_of_a_copy() -> None:
    assert len(find_repeats("\n".join("甲乙丙丁戊己庚辛壬癸" * 500))) < 20


def test_of_a_long_page_only_what_was_joined_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = "\n\n".join(f"\u3000\u3000第{k}组的社区工作者清晨出发，把{k + 7}份蔬菜送到居民门口。" for k in range(600))
    cut = "\u3000\u3000傍晚时分，志愿者又把剩下的口罩和消毒\n液逐一送到各个楼栋的值班点。"
    page = f"{whole}\n\n{cut}\n\n{whole}"
    read: list[int] = []
    monkeypatch.setattr(breaks, "read_lines", lambda text: read.append(len(text)) or read_lines(text))
    joined = [b for b in breaks.line_breaks(page) if b.joined]
    assert [page[b.start - 2 : b.end + 2] for b in joined] == ["消毒\n液逐"]
    assert sum(read) < 1.5 * len(page)


def test_a_label_keeps_its_space_behind_an_indent_too() -> None:
    sentence = "群众 生活物资供应充足，大家不必着急。"
    assert between_chinese_step("　" * 8 + sentence) == "　" * 8 + sentence
    assert between_chinese_step("　　近日，" + sentence) == "　　近日，" + sentence.replace(" ", "")
