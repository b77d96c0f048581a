"""Pages that belong together: articles that jump from one page to another, and furniture that repeats on every page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from newsclean.layout.articles import compose, credited
from newsclean.layout.jumps import BEGINS, ENDS, FROM, LENGTH, NUMBER, TO
from newsclean.layout.words import likeness
from newsclean.page import Block, Page


class Part(NamedTuple):
    """A part of an article: the index of its page, and of the article on that page."""

    page: int
    article: int


@dataclass(frozen=True, slots=True)
class LinkedPages:
    """Pages that were read together.

    Attributes:
        pages: the pages, furniture that repeats from page to page marked as such; their notes name jumps whose other
            end was not found.
        articles: for each article its parts in order of reading. Each article of each page stands in one of them.
    """

    pages: tuple[Page, ...]
    articles: tuple[tuple[Part, ...], ...]


def link_pages(pages: Sequence[Page]) -> LinkedPages:
    """Join the articles that go on on another page, and learn the furniture of the pages from each other.

    An article that ends with 下转第3版 is joined to the one on that page that begins with 上接第1版. Where several
    would do, or the page holds no such line, the words of the headlines and of the texts decide. Page numbers are
    read from the pages' furniture; a page that tells none has the number of its place.

    Args:
        pages: the pages of one issue in their order.

    Returns:
        The pages and the articles over them.

    Raises:
        TypeError: something else than a page was given.

    >>> from newsclean.layout.articles import assemble
    >>> first = [Block("headline", "环卫工人", ((0, 4),)), Block("paragraph", "环卫工人上岗", ((7, 13),))]
    >>> first += [Block("jump", "（下转第2版）", ((14, 21),))]
    >>> second = [Block("jump", "（上接第1版）", ((0, 7),)), Block("paragraph", "环卫工人忙到晚上。", ((8, 17),))]
    >>> link_pages([assemble(first), assemble(second)]).articles
    ((Part(page=0, article=0), Part(page=1, article=0)),)
    """
    if isinstance(pages, Page):
        raise TypeError("one page alone has nothing to be linked to; give the pages of an issue as a list")
    for place, page in enumerate(pages):
        if not isinstance(page, Page):
            raise TypeError(f"page {place} is a {type(page).__name__}; give the pages that segment_articles reads")
    read = _learn_furniture(pages)
    numbers = [_number(page, place) for place, page in enumerate(read)]
    leaving = [(Part(p, a), jump) for p, page in enumerate(read) for a, jump in _jumps(page, TO)]
    coming = {Part(p, a): jump for p, page in enumerate(read) for a, jump in _jumps(page, FROM)}
    scored: list[tuple[float, Part, Part]] = []
    for part, jump in leaving:
        for p, page in enumerate(read):
            if p == part.page or (jump.pages and numbers[p] not in jump.pages):
                continue
            for a in range(len(page.articles)):
                other = Part(p, a)
                back = coming.get(other)
                if back is not None and back.pages and numbers[part.page] not in back.pages:
                    continue
                score = _fit(read, part, other, jump, back)
                if score >= _ENOUGH:
                    scored.append((score, part, other))
    after: dict[Part, Part] = {}
    before: dict[Part, Part] = {}
    for _, part, other in sorted(scored, key=lambda s: (-s[0], s[1], s[2])):
        if part not in after and other not in before and not _leads_to(after, other, part):
            after[part], before[other] = other, part
    notes: list[list[str]] = [[] for _ in read]
    for part, jump in leaving:
        if part not in after:
            notes[part.page].append(f"{_title(read, part)}: “{jump.text}”, but no page read with it holds the rest")
    for part, jump in coming.items():
        if part not in before:
            notes[part.page].append(f"{_title(read, part)}: “{jump.text}”, but no page read with it holds the start")
    chains: list[tuple[Part, ...]] = []
    for p, page in enumerate(read):
        for a in range(len(page.articles)):
            if (at := Part(p, a)) not in before:
                chain = [at]
                while chain[-1] in after:
                    chain.append(after[chain[-1]])
                chains.append(tuple(chain))
    return LinkedPages(
        tuple(replace(page, notes=page.notes + tuple(n)) if n else page for page, n in zip(read, notes, strict=True)),
        tuple(chains),
    )


# ------------------------------------------------------------------------------------------------- jumps

_ENOUGH = 0.5


class _Jump(NamedTuple):
    text: str
    pages: frozenset[str]
    words: str  # what it says besides: often a word of the headline


def _jumps(page: Page, form: re.Pattern[str]) -> Iterator[tuple[int, _Jump]]:
    """The jumps of a page, those at a paragraph's beginning or end among them, each with its article."""
    for block in page.blocks:
        text = block.text.strip()
        if block.kind == "paragraph":
            edge = BEGINS.match(text) if form is FROM else ENDS.search(text[-LENGTH:])
            text = edge[0] if edge else ""
        elif block.kind != "jump":
            continue
        if block.article is not None and (found := form.search(text)):
            named = re.findall(NUMBER, found["pages"] or "")
            rest = re.sub(r"[\W_]+", "", text[: found.start()] + text[found.end() :])
            yield block.article, _Jump(text, frozenset(map(_plain_number, named)), rest)


def _plain_number(text: str) -> str:
    """A page's number without leading noughts, in Latin digits: A04 is A4, 第三版 is 3.

    >>> [_plain_number(t) for t in ("A04", "十二", "０３", "头")]
    ['A4', '12', '3', '1']
    """
    text = re.sub(r"\s", "", text)
    if text in "头首":
        return "1"
    if found := re.fullmatch(r"([A-Da-d]?)([0-9０-９]+)", text):
        return found[1].upper() + str(int(found[2]))
    tens, ten, ones = text.rpartition("十")
    digit = "零一二三四五六七八九"
    return str((digit.index(tens) if tens else 1) * 10 * bool(ten) + (digit.index(ones) if ones else 0))


_SAID = re.compile(rf"第\s*({NUMBER})\s*版")
_FOLIO = re.compile(r"\s*([A-D]?\s*\d{1,2})\s*版?\s*")


def _number(page: Page, place: int) -> str:
    for block in page.blocks:
        said = _SAID.search(block.text) or _FOLIO.fullmatch(block.text)
        if said and block.kind == "furniture":
            return _plain_number(said[1])
    return str(place + 1)


def _fit(pages: Sequence[Page], part: Part, other: Part, jump: _Jump, back: _Jump | None) -> float:
    """How well a part goes on in another: above 1 where the other says that it comes from there."""
    here, there = pages[part.page].articles[part.article], pages[other.page].articles[other.article]
    begins = pages[other.page].blocks[there.blocks[0]] if there.blocks else None
    score = 1.0 if back is not None else 0.0
    if begins is not None and begins.lost_start and there.headline is None:
        score += 0.2
    titles = [t for t in (here.kicker, here.headline, here.subtitle, jump.words) if t]
    others = [t for t in (there.kicker, there.headline, there.subtitle, back.words if back else None) if t]
    if titles and others:
        score += min(1.0, likeness(others, titles))
    return score + min(1.0, likeness(_texts(pages, other), _texts(pages, part)))


def _texts(pages: Sequence[Page], part: Part) -> list[str]:
    page = pages[part.page]
    return [page.blocks[k].text for k in page.articles[part.article].blocks if page.blocks[k].kind == "paragraph"]


def _leads_to(after: dict[Part, Part], start: Part, end: Part) -> bool:
    while start in after:
        start = after[start]
    return start == end


def _title(pages: Sequence[Page], part: Part) -> str:
    article = pages[part.page].articles[part.article]
    first = pages[part.page].blocks[article.blocks[0]].text[:12] + "…" if article.blocks else ""
    return f"article “{article.headline or first}”"


# ------------------------------------------------------------------------------------------------- furniture

_EDGE = 6  # furniture stands among the first and last blocks of a page
_LONGEST = 80


def _learn_furniture(pages: Sequence[Page]) -> list[Page]:
    """Mark as furniture the short blocks at the edges of the pages that stand there on several, digits aside."""
    if len(pages) < 2:
        return list(pages)
    edges = [set(_edge(page)) for page in pages]
    times: Counter[str] = Counter()
    for page, edge in zip(pages, edges, strict=True):
        times.update({_form(page.blocks[k]) for k in edge})
    least = max(2, (len(pages) + 2) // 3)
    made: list[Page] = []
    for page, edge in zip(pages, edges, strict=True):
        known = {k for k in edge if times[_form(page.blocks[k])] >= least and page.blocks[k].kind != "furniture"}
        made.append(_without(page, known) if known else page)
    return made


def _edge(page: Page) -> list[int]:
    places = [*range(min(_EDGE, len(page.blocks))), *range(max(_EDGE, len(page.blocks) - _EDGE), len(page.blocks))]
    short = [k for k in places if len(page.blocks[k].text) <= _LONGEST]
    return [k for k in short if page.blocks[k].kind not in ("jump", "byline") and _form(page.blocks[k])]


def _form(block: Block) -> str:
    """A block's text without digits, spaces and marks: what is the same from page to page."""
    return re.sub(r"[\W\d_]+|[零〇一二三四五六七八九十]+(?=[版日月年期])|星期.", "", block.text)


def _without(page: Page, furniture: set[int]) -> Page:
    """The page with these blocks made furniture, and its articles read again without them."""
    blocks = [replace(b, kind="furniture", article=None) if k in furniture else b for k, b in enumerate(page.blocks)]
    groups = [[k for k in article.blocks if k not in furniture] for article in page.articles]
    again = compose(blocks, [g for g in groups if g], credited(blocks))
    return replace(page, blocks=again.blocks, articles=again.articles)
