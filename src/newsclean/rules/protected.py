"""Where marks are not Chinese prose: addresses, paths, code, formulas. Rules of punctuation leave these spans alone."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from newsclean.chars import HAN

_URL = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]{1,12}://|www\.)[!#-&(-~]{0,2000}")
_DOMAIN = re.compile(
    r"(?:[A-Za-z0-9_-]{1,63}\.){1,5}(?:com|cn|net|org|gov|edu|io|hk|tw|info|tv|cc|html?|php|aspx?)(?![A-Za-z])(?:[/?:][!#-&(-~]{0,2000})?"
)
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,200}")
_NAMED_FILE = re.compile(
    rf"[A-Za-z0-9_{HAN}-]{{1,60}}\.(?:txt|pdf|docx?|xlsx?|pptx?|jpe?g|png|gif|bmp|mp[34]|avi|zip|rar|7z|csv|tsv|jsonl?|xml|html?|exe|apk|py|js|ts|md|"
    r"tiff?|wps|com|cn|net|org)(?![A-Za-z])"
)
_PATH = re.compile(
    rf"(?<![A-Za-z])[A-Za-z]:[\\/][^\s，。；,;]{{0,300}}|(?<![A-Za-z0-9/<])(?:~|\.{{1,2}})?/[A-Za-z0-9_.-]+/[A-Za-z0-9_./{HAN}-]{{0,300}}"
)
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,300}>|&#?[A-Za-z0-9]{2,8};")
_BACKTICKS = re.compile(r"`[^`\n]{1,300}`")
_CALL = re.compile(r"""[A-Za-z_][A-Za-z0-9_.]{0,60}\((?:["'][^()\n]{0,200}|[!-'*-~ ]{0,100})\)(?:;(?!["”]))?""")
_ASSIGNED = re.compile(r"""[A-Za-z0-9_\]"'] ?[=:] ?(?:"[^"\n]{0,200}"|'[^'\n]{0,200}')[;,]?""")
_JSON = re.compile(r"""[\[{]\s?["'][^{}\n]{0,400}[\]}]|"[^"\n]{1,60}": ?["\[{0-9-][^\n]{0,300}""")
_TEX = re.compile(r"\$[^$\n]{1,120}[\\^_={}][^$\n]{0,120}\$")
_CODE_LINE = re.compile(
    r"^[ \t]*(?:(?:def|class|import|from|return|print|var|let|const|int|void|if|for|while|else|elif|public|"
    r"SELECT|INSERT|UPDATE|DELETE|echo|sudo|git|pip|npm|cd|ls)\b[^\n，。]*[(){}=;\"'*][^\n，。]*|"
    r"#include[^\n]*|//[^\n]*|/\*[^\n]*|>>> [^\n]*|\$ [a-z][^\n]*|"
    r"[A-Za-z_][A-Za-z0-9_.\[\]]* ?[-+*/|&:]?= ?[^\n，。]*|[A-Za-z_][^\n，。；]*[;{}])[ \t]*$",
    re.M,
)


_SUSPECT = re.compile(r"[A-Za-z`$\\{]")


class Protected:
    """Whether a place of a text is no prose; each line is read when it is first asked for.

    >>> protected = Protected("见http://a.cn/b?c=1,欢迎")
    >>> protected(10), protected(18)
    (True, False)
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._start = self._end = 0
        self._starts: list[int] = []
        self._ends: list[int] = []

    def __call__(self, place: int) -> bool:
        """Is the character at this place protected?"""
        if not self._start <= place < self._end:
            self._start = self._text.rfind("\n", self._end if place >= self._end else 0, place) + 1
            if not self._start and place >= self._end:
                self._start = self._end
            end = self._text.find("\n", place)
            self._end = len(self._text) if end < 0 else end + 1
            self._starts, self._ends = _merged(_spans(self._text, self._start, self._end))
        k = bisect_right(self._starts, place) - 1
        return k >= 0 and place < self._ends[k]


def _spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The spans of a line that are no prose."""
    if not _SUSPECT.search(text, start, end):
        return []
    line = text[start:end]
    patterns: list[re.Pattern[str]] = []
    if "://" in line or "www." in line:
        patterns.append(_URL)
    if "@" in line:
        patterns.append(_MAIL)
    if "." in line:
        patterns += [_DOMAIN, _NAMED_FILE]
    if "/" in line or "\\" in line:
        patterns.append(_PATH)
    if "<" in line or "&" in line:
        patterns.append(_TAG)
    if "`" in line:
        patterns.append(_BACKTICKS)
    if "(" in line:
        patterns.append(_CALL)
    if '"' in line or "'" in line:
        patterns += [_ASSIGNED, _JSON]
    if "$" in line:
        patterns.append(_TEX)
    if any(sign in line for sign in ("=", ";", "(", "//", "{", ">>>", "$ ")):
        patterns.append(_CODE_LINE)
    spans = []
    for pattern in patterns:
        for m in pattern.finditer(line):
            last = m.end()
            if pattern in (_URL, _DOMAIN):
                while last > m.start() and line[last - 1] in ".,;:!?)'\"":
                    last -= 1
            spans.append((start + m.start(), start + last))
    return spans


def _merged(spans: Iterable[tuple[int, int]]) -> tuple[list[int], list[int]]:
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted(spans):
        if ends and start <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return starts, ends
