"""Tables of single characters: what a character stands for, found by one compiled class and looked up in a dict."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping

from newsclean.edits import Edit, Level


class CharacterTable:
    """Characters and what shall stand in their place.

    >>> [edit.new for edit in CharacterTable({"⼈": "人"}).edits("⼈民", "radicals", "a radical")]
    ['人']
    """

    def __init__(self, table: Mapping[str, str]) -> None:
        self.table = dict(table)
        self.pattern = re.compile("[" + _ranges(self.table) + "]")

    def edits(self, text: str, rule: str, reason: str, level: Level = Level.SURE) -> Iterator[Edit]:
        """An edit for each character of the text that the table holds."""
        for m in self.pattern.finditer(text):
            if new := self.table.get(m[0]):
                yield Edit(m.start(), m.end(), new, rule, level, reason)


def _ranges(characters: Iterable[str]) -> str:
    """A class of few ranges that holds these characters, and perhaps others between them: few ranges are fast."""
    places = sorted(map(ord, characters))
    ends = [b for b, after in itertools.pairwise(places) if after - b > 64] + places[-1:]
    starts = places[:1] + [b for a, b in itertools.pairwise(places) if b - a > 64]
    return "".join(f"{re.escape(chr(a))}-{re.escape(chr(b))}" for a, b in zip(starts, ends, strict=True))


# CJK Radicals Supplement, as EquivalentUnifiedIdeograph.txt of the Unicode Character Database has it
RADICALS_SUPPLEMENT = dict(
    zip(
        "⺁⺂⺃⺄⺅⺆⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺴⺶⺷⺹⺺⺻⺼⺽⺾⺿⻀"
        "⻁⻂⻃⻄⻅⻆⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "厂乛乚乙亻冂刀刂卜㔾小小兀尣尢尣巳幺彑彐忄心扌攵旡日月歺母民氵氺灬爫爫丬牛犭王疋目示礻竹糹纟罓罒网羊羊耂肀聿肉臼艹艹艹"
        "虎衤覀西见角讠贝足车辶辶辶阝钅長镸长门阝雨青韦页风飞食飠饣首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
        strict=True,
    )
)
