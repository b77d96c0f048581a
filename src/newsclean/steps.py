"""Steps and pipelines: named rules that can be applied, asked for their edits, traced, and put in order.

A *rule* is a generator, ``text -> Iterable[Edit]``: it reads a text and proposes; it changes nothing. A
:class:`Step` is a rule with a name, a least level and options; a :class:`Pipeline` is an ordered tuple of steps that
can itself be used as a step. Both are plain frozen data and pickle.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any, Protocol

from newsclean.edits import Edit, Level, apply_edits, check_text, first_longest
from newsclean.trace import Change, Trace, compose

Rule = Callable[..., Iterable[Edit]]


class TextStep(Protocol):
    """What steps and pipelines have in common: text in, text out, and an account of what was done."""

    @property
    def name(self) -> str:
        """The name of the step, as it stands in histories."""

    def __call__(self, text: str) -> str:
        """The text with the step's edits applied."""

    def history(self, text: str) -> Iterator[tuple[Step, str, list[Edit]]]:
        """Each single step in order, the text it was given, and the edits it makes there."""


@dataclass(frozen=True, repr=False)
class Step:
    """A named rule: ``step(text)``, ``step.edits(text)``, ``step.trace(text)``, ``step.using(**options)``.

    Attributes:
        name: a name in the field's own terms, by which presets, histories and the command line speak of the step.
        rule: a function of a module's top level, so that the step pickles. One that has a parameter ``level`` is told the
            least level that is asked for, and may leave out what is below it.
        level: edits below this level are suggestions: :meth:`edits` leaves them out, :meth:`suggestions` gives them.
        options: keyword arguments for the rule, sorted by name.

    >>> def shout(text, mark="!"):
    ...     for i, c in enumerate(text):
    ...         if c == ".":
    ...             yield Edit(i, i + 1, mark, "shout")
    >>> step = Step("shout", shout)
    >>> step("Extra. Extra.")
    'Extra! Extra!'
    >>> step.using(mark="?")("Extra.")
    'Extra?'
    """

    name: str
    rule: Rule
    level: Level = Level.LIKELY
    options: tuple[tuple[str, Any], ...] = ()

    def __post_init__(self) -> None:
        if self.rule.__doc__:  # help(step) tells what this step does, not what steps are
            object.__setattr__(self, "__doc__", self.rule.__doc__)

    def __repr__(self) -> str:
        """The name, the least level and the options, on one line."""
        options = "".join(f", {name}={value!r}" for name, value in self.options)
        return f"Step({self.name}, {self.level.name}{options})"

    def __call__(self, text: str) -> str:
        """The text with the step's edits applied."""
        edits = self.edits(text)
        return apply_edits(text, edits) if edits else text

    def edits(self, text: str) -> list[Edit]:
        """The edits that the step makes, settled: sorted, none overlapping another, none below the step's level."""
        check_text(text)
        least, options = self.level, dict(self.options)
        if _heeds_level(self.rule):
            options["level"] = least
        return first_longest([e for e in self.rule(text, **options) if e.level >= least])

    def suggestions(self, text: str) -> list[Edit]:
        """What the rule proposes below the step's level, settled: to be looked at, not done."""
        check_text(text)
        return first_longest(e for e in self.rule(text, **dict(self.options)) if e.level < self.level)

    def trace(self, text: str) -> Trace:
        """Where each character of ``step(text)`` came from."""
        return Trace.of(self.edits(text))

    def history(self, text: str) -> Iterator[tuple[Step, str, list[Edit]]]:
        """The step itself, the text, and its edits there: a history of one."""
        yield self, text, self.edits(text)

    def using(self, *, level: Level | None = None, **options: Any) -> Step:
        """The same step with another least level or other options.

        Raises:
            TypeError: the rule has no such option, or the level is none; the message names those there are.
        """
        if level is not None and not isinstance(level, Level):
            raise TypeError(f"the level of a step is one of {', '.join(f'Level.{known.name}' for known in Level)}, not {level!r}")
        known = set(list(inspect.signature(self.rule).parameters)[1:]) - {"level"}
        if unknown := options.keys() - known:
            has = ", ".join(sorted(known)) or "none"
            raise TypeError(f"step {self.name!r} has no option {', '.join(sorted(unknown))}; its options: {has}")
        merged = tuple(sorted({**dict(self.options), **options}.items()))
        return replace(self, level=self.level if level is None else level, options=merged)


def _heeds_level(rule: Rule) -> bool:
    """Has a function a parameter for the least level that is asked for?"""
    code = getattr(rule, "__code__", None)
    return code is not None and "level" in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


@dataclass(frozen=True, slots=True, repr=False)
class Pipeline:
    """An ordered tuple of steps, itself a step: each is given the text that the one before it left.

    Attributes:
        name: the pipeline's name.
        steps: steps and pipelines, in order.
        rounds: how often at most they are gone through; it ends before that when nothing changes any more.
        final: names of steps whose changes ask for no further round; what is needed behind them is asked anew.
        settling: names of steps that find nothing to do in a text as they have left it, and are not asked to.

    >>> from newsclean.steps import Pipeline, Step
    >>> Pipeline("nothing", ())("as it was")
    'as it was'
    """

    name: str
    steps: tuple[TextStep, ...]
    rounds: int = 1
    final: frozenset[str] = frozenset()
    settling: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        """The name, and the names of the steps in order."""
        return f"{type(self).__name__}({self.name}: {', '.join(step.name for step in self.steps)})"

    def needed(self, text: str, start: int, since: str | None = None) -> Sequence[int]:
        """The places of the steps, from one on, that a text needs: here all of them.

        Args:
            text: the text as it is now.
            start: the first step to be asked.
            since: the text before the last round, which all steps have gone through; None if there was none.
        """
        return range(start, len(self.steps))

    def __call__(self, text: str) -> str:
        """The text with all steps applied in order."""
        return self._through(text, lambda step, text: step(text), self.settling)

    def history(self, text: str) -> Iterator[tuple[Step, str, list[Edit]]]:
        """Each single step in order, the text it was given, and the edits it makes there."""
        done: list[tuple[Step, str, list[Edit]]] = []

        def record(step: TextStep, text: str) -> str:
            for single, before, edits in step.history(text):
                done.append((single, before, edits))
                text = apply_edits(before, edits)
            return text

        self._through(text, record)  # all are asked: they may have something to suggest
        yield from done

    def _through(self, text: str, do: Callable[[TextStep, str], str], settling: Set[str] = frozenset()) -> str:
        """The text when the steps have been done; no step is given the same text again, settling ones not their own."""
        check_text(text)
        read: dict[int, str] = {}  # the text that each step has left as it was
        since = None
        for _ in range(self.rounds):
            settled, start, round_before = True, 0, text
            while start < len(self.steps):
                for k in self.needed(text, start, since):
                    if read.get(k) is text:
                        continue
                    before, text = text, do(self.steps[k], text)
                    if text == before:
                        read[k] = text = before
                    elif self.steps[k].name in self.final:  # no further round will ask what its changes call for
                        start = k + 1
                        break
                    else:
                        settled = False
                        if self.steps[k].name in settling:
                            read[k] = text
                else:
                    break
            if settled:
                break
            since = round_before
        return text

    def trace(self, text: str) -> Trace:
        """Where each character of ``pipeline(text)`` came from."""
        trace = Trace()
        for _, _, edits in self.history(text):
            trace = trace.then(Trace.of(edits))
        return trace

    def edits(self, text: str) -> list[Edit]:
        """All that the pipeline does, as settled edits of the text it was given.

        Edits of several steps that overlap become one, whose rule and reason name them all and whose
        level is the least of theirs.
        """
        return merge_rounds(text, (edits for _, _, edits in self.history(text)))

    def using(self, **options: dict[str, Any]) -> Pipeline:
        """The same pipeline with other options for the steps that are named: ``using(quotes={"level": Level.SURE})``.

        Raises:
            KeyError: no step of the pipeline has that name.
        """
        names = {step.name for step in self.steps}
        if unknown := options.keys() - names:
            has = ", ".join(sorted(names))
            raise KeyError(f"no step {', '.join(sorted(unknown))} in {self.name!r}; its steps: {has}")
        changed = (
            step.using(**options[step.name]) if isinstance(step, Step | Pipeline) and step.name in options else step
            for step in self.steps
        )
        return replace(self, steps=tuple(changed))


def merge_rounds(text: str, rounds: Iterable[list[Edit]]) -> list[Edit]:
    """Rounds of settled edits, each of the text that the one before left, as settled edits of the first text.

    Edits of several rounds that overlap become one, whose rule and reason name them all and whose level is the least of
    theirs.
    """
    changes: tuple[Change, ...] = ()
    made: list[list[Edit]] = []  # for each change, the edits that made it
    for edits in rounds:
        composed = list(compose(changes, Trace.of(edits).changes))
        made = [[e for k in earlier for e in made[k]] + [edits[k] for k in later] for _, earlier, later in composed]
        changes = tuple(change for change, _, _ in composed)
        text = apply_edits(text, edits)
    return [
        Edit(
            change.source_start,
            change.source_end,
            text[change.output_start : change.output_end],
            " + ".join(dict.fromkeys(e.rule for e in parts)),
            min(e.level for e in parts),
            "; ".join(dict.fromkeys(e.reason for e in parts if e.reason)),
        )
        for change, parts in zip(changes, made, strict=True)
    ]
