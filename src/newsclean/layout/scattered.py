"""Scattered articles: runs of paragraphs that stand behind another article are given back to their own.

A conditional logit model (``data/scattered.json``, made by ``benchmarks/train_scattered.py``) weighs the features of
:mod:`newsclean.layout.choices` and gives each choice its likelihood, that of leaving a run where it is included. What is
likely is done, what is less likely is said in a note.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np

from newsclean.edits import Level
from newsclean.layout.choices import BODY, FEATURES, NEAR, TEXTED, TITLES, Named, choices
from newsclean.layout.words import Floats, apart, people_in, shared_words
from newsclean.page import Block


@dataclass(frozen=True, slots=True)
class Move:
    """A run of blocks that belongs elsewhere.

    Attributes:
        group: index of the group in which the run stands.
        cut: the block with which it begins; it reaches to the end of the group.
        target: index of the group to which it belongs, or None where it is an article of its own.
        likelihood: from 0 to 1, as the model has it.
    """

    group: int
    cut: int
    target: int | None
    likelihood: float

    @property
    def level(self) -> Level:
        """How sure the move is; below ``LIKELY`` it is only suggested.

        A split (no target) is a reading of the page in its own order and needs no more than to be likelier than not.
        """
        sure = self.likelihood >= (_LIKELY if self.target is not None else 0.5)
        return Level.LIKELY if sure else Level.GUESS


_LIKELY = 0.7
_SUGGEST = 0.3


def gather(
    blocks: Sequence[Block], groups: Sequence[Sequence[int]], named: Named, openings: Sequence[float]
) -> tuple[list[list[int]], list[str]]:
    """Divide groups in which two articles follow each other, and give scattered runs back to their articles.

    Args:
        blocks: the page's blocks.
        groups: indices into ``blocks``, a list for each article as far as the page's own order tells.
        named: the credits of each block.
        openings: for each block the line model's log-odds that it opens an article.

    Returns:
        The groups, each in its order of reading, and notes on what is only suggested.
    """
    made = [list(g) for g in groups]
    found = moves(blocks, made, named, openings)
    # first what is to be divided, as a run may belong to what then stands alone
    for _ in range(3 if len(made) <= NEAR else 1):
        splits = [m for m in found if m.target is None and m.level >= Level.LIKELY]
        if not splits:
            break
        for move in splits:
            at = made[move.group].index(move.cut)
            made.append(made[move.group][at:])
            del made[move.group][at:]
        made.sort(key=min)
        found = moves(blocks, made, named, openings)
    found = [m for m in found if m.target is not None]
    notes = [_note(blocks, made, m) for m in found if m.level < Level.LIKELY]
    taken: set[int] = set()
    for move in sorted(found, key=lambda m: -m.likelihood):
        # a group gives or receives, not both: of two that would go to each other the likelier goes
        if move.level < Level.LIKELY or move.target is None or -1 - move.group in taken or move.target in taken:
            continue
        taken |= {move.group, -1 - move.target}
        at = made[move.group].index(move.cut)
        run = made[move.group][at:]
        del made[move.group][at:]
        kin = _kin(blocks, run, made[move.target])
        if kin is None:
            made[move.target] = _insert(blocks, made[move.target], run, named)
        else:
            made.append(_insert(blocks, run, made[move.target][kin:], named))
            del made[move.target][kin:]
    return [g for g in made if g], notes


def _kin(blocks: Sequence[Block], run: Sequence[int], group: Sequence[int]) -> int | None:
    """Where in a group the end begins that belongs with a run, when the group's beginning does not.

    So it is where an article has lost its titles and its pieces stand behind two others. It is told by people: the
    run's are named in the group's end and nowhere before, and those of the group's beginning are not named there.
    Where between the two the end begins is told by the first paragraph that shares next to no words with what stands
    before it.
    """
    if not any(blocks[k].kind in TITLES for k in group):
        return None
    texts = [blocks[k].text if blocks[k].kind in TEXTED else "" for k in group]
    mine = people_in([blocks[k].text for k in run])
    theirs = people_in(texts) if mine else {}
    begins = min((min(places) for name, places in theirs.items() if name in mine), default=0)
    hosts = [max(places) for name, places in theirs.items() if name not in mine and min(places) < begins]
    if not hosts or max(hosts) >= begins:
        return None
    for at in range(max(hosts) + 1, begins + 1):
        if blocks[group[at]].kind in BODY and apart(texts, at):
            return at
    return None


def _insert(blocks: Sequence[Block], group: Sequence[int], run: Sequence[int], named: Named) -> list[int]:
    """A group with a run put where it is read: first, where only the group's beginning is missing; else before what
    closes the group, a byline or a jump, unless the run brings its own."""
    closing = len(group)
    while closing and blocks[group[closing - 1]].kind in ("byline", "jump", "caption"):
        closing -= 1
    ends = closing < len(group) or any(c.form == "tail" for k in group[-1:] for c in named[k])
    begins = any(blocks[k].kind in TITLES for k in group) or any(c.form == "lead" for c in named[group[0]])
    if ends and not begins:
        return [*run, *group]
    if any(c.form in ("tail", "line") for k in run for c in named[k] if blocks[k].kind != "caption"):
        closing = len(group)
    return [*group[:closing], *run, *group[closing:]]


def _note(blocks: Sequence[Block], groups: Sequence[Sequence[int]], move: Move) -> str:
    run = groups[move.group][groups[move.group].index(move.cut) :]
    target = groups[move.target or 0]
    title = next((blocks[k].text for k in target if blocks[k].kind == "headline"), blocks[target[0]].text[:12])
    words = shared_words([blocks[k].text for k in run], [blocks[k].text for k in target])
    shared = f"; they share {', '.join(words)}" if words else ""
    return (
        f"blocks {run[0]} to {run[-1]} ({blocks[run[0]].text[:12]}…) may belong to the article “{title}” "
        f"({move.likelihood:.0%}{shared}); left where they stand"
    )


@lru_cache(maxsize=1)
def weights() -> Floats:
    """The weight of each of :data:`FEATURES`."""
    table = json.loads(files("newsclean").joinpath("data/scattered.json").read_text("utf-8"))["weights"]
    return np.array([table[name] for name in FEATURES])


def moves(
    blocks: Sequence[Block], groups: Sequence[Sequence[int]], named: Named, openings: Sequence[float]
) -> list[Move]:
    """For each group the likeliest way to part with its end, where it is likely at all."""
    found: list[Move] = []
    for options in choices(blocks, groups, named, openings):
        if not options.group:
            continue
        odds = np.exp(np.minimum(np.array(options.features) @ weights(), 50.0)).tolist()
        for group in dict.fromkeys(options.group):
            own = [k for k, g in enumerate(options.group) if g == group]
            best = max(own, key=lambda k: odds[k])
            likelihood = odds[best] / (1.0 + sum(odds[k] for k in own))
            if likelihood >= _SUGGEST:
                target = options.target[best]
                found.append(Move(group, options.cut[best], None if target < 0 else target, likelihood))
    return found
