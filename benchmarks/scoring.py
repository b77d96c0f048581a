"""Hold pages as newsclean reads them against their truth: what is counted, and the figures that come of it.

A truth page is NAME.txt with NAME.gold.json beside it; docs/truth-pages.md describes the form. Characters that are white
space are never counted.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from newsclean.page import Article, Page

Ints = npt.NDArray[np.int64]
FIELDS = ("headline", "banner", "kicker", "subtitle")
TITLES = frozenset(FIELDS)
LIKE = 0.9  # intersection over union from which an article counts as found
FALSE_ALARM = 8  # characters
NOWHERE, DROPPED, COPY = -1, -2, -3  # in place of a block's index
LAYOUT = -1  # label of what belongs to no block; the copy k has the label -2 - k


@dataclass
class Tally:
    """How often something was rightly found, found where it is not, and overlooked."""

    right: int = 0
    false: int = 0
    missed: int = 0

    def add(self, right: int, false: int, missed: int) -> None:
        self.right += int(right)
        self.false += int(false)
        self.missed += int(missed)

    def decide(self, true: bool, said: bool) -> None:
        """Count one question whose answer is yes or no."""
        self.add(true and said, said and not true, true and not said)

    @property
    def precision(self) -> float:
        said = self.right + self.false
        return self.right / said if said else 1.0

    @property
    def recall(self) -> float:
        true = self.right + self.missed
        return self.right / true if true else 1.0

    @property
    def f1(self) -> float:
        return harmonic(self.precision, self.recall)


@dataclass
class Errors:
    """Edits between paragraphs and their true text, in characters."""

    before: int = 0
    after: int = 0
    of: int = 0


@dataclass(frozen=True)
class Truth:
    """A page with what is true of it.

    Attributes:
        text: the page as it was read.
        labels: for each code point the index of its block, LAYOUT, or -2 - k for the copy k.
        blocks, articles, copies: as they stand in the file.
        moved: whether a piece stands behind another article than its own.
        misread: whether an engine read the page, so that its characters themselves may be wrong.
        has_text: whether the text of the blocks is known.
    """

    text: str
    labels: Ints
    blocks: Sequence[dict[str, Any]]
    articles: Sequence[dict[str, Any]]
    copies: Sequence[dict[str, Any]]
    moved: bool
    misread: bool
    has_text: bool

    @classmethod
    def load(cls, path: Path) -> Truth:
        """The page whose truth this file is.

        Raises:
            TruthError: it is no truth of that page; the message names the file and what is the matter.
        """
        try:
            gold = json.loads(path.read_text(encoding="utf-8"))
            page = path.with_name(path.name.removesuffix(".gold.json") + ".txt")
            with page.open(encoding="utf-8", newline="") as file:
                text = file.read()
        except (OSError, ValueError) as error:
            raise TruthError(f"{path}: {error}") from error
        if fault := _fault(text, gold):
            raise TruthError(f"{path}: {fault}; docs/truth-pages.md tells what stands in it")
        return cls.of(text, gold)

    @classmethod
    def of(cls, text: str, gold: dict[str, Any]) -> Truth:
        """The page with this text, and its truth as read from JSON."""
        labels = np.full(len(text), LAYOUT)
        for start, end, label in gold["labels"]:
            labels[start:end] = label
        return cls(
            text,
            labels,
            gold["blocks"],
            gold["articles"],
            gold.get("duplicates", ()),
            bool(gold.get("moved")),
            gold.get("noise") is None,
            not gold.get("no_text"),
        )


class TruthError(ValueError):
    """A file that is no truth of its page."""


def _fault(text: str, gold: Any) -> str | None:
    """What a truth lacks, or says of places and blocks that are not there."""
    if missing := [name for name in ("labels", "blocks", "articles") if not isinstance(gold, dict) or name not in gold]:
        return f"no field {', '.join(missing)}"
    copies = 2 * len(gold.get("duplicates", ()))
    for start, end, label in gold["labels"]:
        if not 0 <= start < end <= len(text):
            return f"label {[start, end, label]} is no place of a text of {len(text)} characters"
        if not LAYOUT - copies <= label < len(gold["blocks"]):
            return f"label {[start, end, label]}: there are {len(gold['blocks'])} blocks and {copies // 2} duplicates"
    for k, block in enumerate(gold["blocks"]):
        if lacking := {"kind", "article", *(() if gold.get("no_text") else ("text",))} - block.keys():
            return f"block {k} has no {', '.join(sorted(lacking))}"
        if block["article"] is not None and not 0 <= block["article"] < len(gold["articles"]):
            return f"block {k} is of article {block['article']}: there are {len(gold['articles'])}"
    return None


@dataclass
class Scores:
    """Counts over all pages that were added."""

    joins: Tally = field(default_factory=Tally)
    copies: Tally = field(default_factory=Tally)
    exact: Tally = field(default_factory=Tally)
    exact_unmoved: Tally = field(default_factory=Tally)
    fields: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in FIELDS})
    people: Tally = field(default_factory=Tally)
    lost_start: Tally = field(default_factory=Tally)
    lost_end: Tally = field(default_factory=Tally)
    errors: dict[str, Errors] = field(default_factory=lambda: defaultdict(Errors))
    pages: int = 0
    characters: int = 0
    unaccounted: int = 0  # in no block and no dropped piece, or in two
    of_right_kind: int = 0
    of_known_kind: int = 0
    in_articles: int = 0
    own_share: float = 0.0  # summed over characters: how much of what stands with it is of its article
    found_share: float = 0.0  # and how much of its article stands with it

    def add(self, truth: Truth, page: Page) -> None:
        """Count one page."""
        solid = np.array([i for i, c in enumerate(truth.text) if not c.isspace()], np.int64)
        where, times = _owners(len(truth.text), page)
        self.pages += 1
        self.characters += len(solid)
        self.unaccounted += int((times[solid] != 1).sum())
        labels, owner = truth.labels[solid], where[solid]
        self._count_joins(truth.text, solid, labels, owner)
        self._count_copies(truth, labels, owner)
        self._count_articles(truth, page, labels, owner)
        self._count_blocks(truth, page, solid, labels, owner)

    def _count_joins(self, text: str, solid: Ints, labels: Ints, owner: Ints) -> None:
        """Every line end between two kept characters is joined or not."""
        if not len(solid):
            return
        lines = np.cumsum(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32) == ord("\n"))
        kept = (labels >= 0) & (owner >= 0)
        asked = (np.diff(lines[solid]) > 0) & kept[:-1] & kept[1:]
        true, said = (labels[:-1] == labels[1:])[asked], (owner[:-1] == owner[1:])[asked]
        self.joins.add((true & said).sum(), (said & ~true).sum(), (true & ~said).sum())

    def _count_copies(self, truth: Truth, labels: Ints, owner: Ints) -> None:
        """A copy counts as dropped when it is, or as much of what it repeats; what repeats nothing is a false alarm."""
        size, gone = Counter(labels.tolist()), Counter(labels[owner == COPY].tolist())
        for k, copy in enumerate(truth.copies):
            if whole := size[-2 - k]:
                went = gone[-2 - k] + min(whole, gone[copy["of"]])
                self.copies.decide(True, went >= 0.9 * whole)
        repeated = [copy["of"] for copy in truth.copies]
        stray = (owner == COPY) & (labels >= LAYOUT) & ~np.isin(labels, repeated)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], stray, [False]]).astype(np.int8)))
        self.copies.false += int((edges[1::2] - edges[::2] >= FALSE_ALARM).sum())

    def _count_articles(self, truth: Truth, page: Page, labels: Ints, owner: Ints) -> None:
        """Which of the page's articles is which of the truth's, and whether its fields are right."""
        alone = len(page.articles)  # from here on: blocks that belong to no article, each by itself
        true_of = np.array([-1 if b["article"] is None else b["article"] for b in truth.blocks] + [-1], np.int64)
        said_of = np.array([alone + k if b.article is None else b.article for k, b in enumerate(page.blocks)] + [-1])
        asked = (labels >= 0) & (owner >= 0) & (true_of[np.maximum(labels, LAYOUT)] >= 0)
        true, said = true_of[labels[asked]].tolist(), said_of[owner[asked]].tolist()
        size, said_size = Counter(true), Counter(said)
        best: dict[int, tuple[float, int]] = {}
        for (t, s), n in Counter(zip(true, said, strict=True)).items():
            self.own_share += n * n / said_size[s]
            self.found_share += n * n / size[t]
            overlap = n / (size[t] + said_size[s] - n)
            if t not in best or overlap > best[t][0]:
                best[t] = overlap, s
        self.in_articles += len(true)
        matched = {s for overlap, s in best.values() if overlap >= LIKE}
        found = sum(overlap >= LIKE for overlap, _ in best.values())
        false = sum(s < alone and s not in matched for s in said_size)
        for tally in [self.exact] if truth.moved else [self.exact, self.exact_unmoved]:
            tally.add(found, false, len(truth.articles) - found)
        for t, article in enumerate(truth.articles):
            overlap, s = best.get(t, (0.0, alone))
            self._count_fields(article, page.articles[s] if overlap >= 0.5 and s < alone else Article(), truth.misread)

    def _count_fields(self, true: dict[str, Any], said: Article, misread: bool) -> None:
        for name, tally in self.fields.items():
            want, have = _packed(true[name]), _packed(getattr(said, name))
            right = alike(want, have, misread)
            tally.add(bool(want) and right, bool(have) and not right, bool(want) and not right)
        people, named = set(true["byline"]), dict.fromkeys(map(_packed, said.byline))
        met = sum(any(alike(want, have, misread) for have in named) for want in people)
        made_up = sum(not any(alike(want, have, misread) for want in people) for have in named)
        self.people.add(met, made_up, len(people) - met)

    def _count_blocks(self, truth: Truth, page: Page, solid: Ints, labels: Ints, owner: Ints) -> None:
        """Kinds and text, block by block of the truth."""
        kinds = [_group(b.kind) for b in page.blocks]
        repeated = {copy["of"] for copy in truth.copies}
        order = np.argsort(labels, kind="stable")
        first = np.flatnonzero(np.diff(labels[order], prepend=-len(truth.copies) - 3))
        for rows in np.split(order, first[1:]):
            k = int(labels[rows[0]]) if len(rows) else LAYOUT
            if k < 0:
                continue
            block, own = truth.blocks[k], owner[rows]
            if k in repeated and (own == COPY).sum() > 0.5 * len(rows):
                continue  # the other copy was kept, in its place
            group = _group(block["kind"])
            self.of_known_kind += len(rows)
            for o, n in Counter(own.tolist()).items():
                self.of_right_kind += n * ((kinds[o] if o >= 0 else "furniture" if o == DROPPED else "") == group)
            if block["kind"] != "paragraph":
                continue
            kept = own[own >= 0]
            if truth.has_text and block.get("text"):
                self._count_errors(truth, k, solid[rows], [page.blocks[o].text for o in dict.fromkeys(kept.tolist())])
            if len(kept) and not truth.misread:
                self.lost_start.decide(block["lost_start"], page.blocks[kept[0]].lost_start)
                self.lost_end.decide(block["lost_end"], page.blocks[kept[-1]].lost_end)

    def _count_errors(self, truth: Truth, k: int, at: Ints, texts: Iterable[str]) -> None:
        """How far the characters of block k are from the truth, on the page and as they were read."""
        want = _one_line(truth.blocks[k]["text"])
        near = range(int(at[0]), int(at[-1]) + 1)
        raw = _one_line("".join(truth.text[i] for i in near if truth.labels[i] in (k, LAYOUT)))
        have = "".join(map(_one_line, texts))
        if len(have) > 1.2 * len(want) + 4:  # joined with what it should not be: that is counted elsewhere
            part = fuzz.partial_ratio_alignment(want, have)
            have = have[part.dest_start : part.dest_end] if part else have
        damage = {spoil[0] for spoil in truth.blocks[k]["spoils"]}
        errors = self.errors["several" if len(damage) > 1 else damage.pop() if damage else "clean"]
        errors.before += Levenshtein.distance(raw, want)
        errors.after += min(Levenshtein.distance(have, want), len(want))
        errors.of += len(want)

    def figures(self) -> dict[str, float]:
        """Every figure under its name, those of damage and loss (the less the better) behind the others."""
        n = max(1, self.in_articles)
        found = {
            "join_precision": self.joins.precision,
            "join_recall": self.joins.recall,
            "duplicate_precision": self.copies.precision,
            "duplicate_recall": self.copies.recall,
            "bcubed_f1": harmonic(self.own_share / n, self.found_share / n),
            "exact_f1": self.exact.f1,
            "exact_unmoved_f1": self.exact_unmoved.f1,
            **{f"{name}_f1": tally.f1 for name, tally in self.fields.items()},
            "byline_f1": self.people.f1,
            "kind_accuracy": self.of_right_kind / max(1, self.of_known_kind),
            "lost_start_f1": self.lost_start.f1,
            "lost_end_f1": self.lost_end.f1,
        }
        lower = {f"errors_{name}": e.after / max(1, e.of) for name, e in sorted(self.errors.items())}
        lower["unaccounted"] = float(self.unaccounted)
        return {name: round(value, 4) for name, value in found.items()} | {k: round(v, 5) for k, v in lower.items()}


def less_is_better(figure: str) -> bool:
    """Whether a figure counts faults."""
    return figure.startswith("errors_") or figure == "unaccounted"


def harmonic(a: float, b: float) -> float:
    """The harmonic mean, as F1 is of precision and recall."""
    return 2 * a * b / (a + b) if a + b else 0.0


def alike(want: str, have: str, misread: bool) -> bool:
    """Whether two strings are the same; where an engine misread, one character in five may differ, and always one."""
    if want == have or not misread or not want or not have:
        return want == have
    return Levenshtein.distance(want, have) <= max(1, len(want) // 5)


def _owners(n: int, page: Page) -> tuple[Ints, Ints]:
    """For each of n code points its block's index or why it has none, and in how many pieces it stands."""
    where, times = np.full(n, NOWHERE), np.zeros(n, np.int64)
    pieces = [(k, b.source) for k, b in enumerate(page.blocks)]
    pieces += [(COPY if d.reason == "duplicate" else DROPPED, d.source) for d in page.dropped]
    for owner, source in pieces:
        for start, end in source:
            where[start:end] = owner
            times[start:end] += 1
    return where, times


def _group(kind: str) -> str:
    """Kinds that count as one: those of titles, and jumps with the page's furniture."""
    return "title" if kind in TITLES else "furniture" if kind == "jump" else kind


def _packed(text: str | None) -> str:
    return "".join((text or "").split())


def _one_line(text: str) -> str:
    """A block without its line ends and indents, which are not its text."""
    return "".join(line.strip() for line in text.split("\n"))
