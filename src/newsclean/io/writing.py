"""Where results go: standard output, one file, or a folder with a file for each input.

No input is ever written over, and a file appears under its name only when it is whole: until then its name begins with
a dot and ends in ``.part``.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from newsclean.io.many import has_rows
from newsclean.io.reading import STANDARD_INPUT, Text

ENDINGS = {"text": ".txt", "markdown": ".md", "json": ".json", "jsonl": ".jsonl", "table": ".txt", "html": ".html"}

# What stands before, between and behind the parts of one output: for one part, and for several
_ONE = {"json": ("", "", "\n")}
_SEVERAL = {"json": ("[\n", ",\n", "\n]\n"), "markdown": ("", "\n---\n\n", ""), "table": ("", "\n", "")}
_HTML = ('<!DOCTYPE html>\n<html lang="zh">\n<meta charset="utf-8">\n<title>newsclean</title>\n', "", "</html>\n")


class OutputError(Exception):
    """Nothing can be written there; the message names the path and the remedy."""


@dataclass(slots=True)
class Output:
    """Takes the results in the order of the inputs and writes them where they belong; a context manager.

    Attributes:
        form: one of :data:`ENDINGS`.
        files: the inputs to work on.
        targets: for each input the file that its results go to; None is standard output.
        done: how often each id stands in a file of lines already, where a run is resumed.
    """

    form: str
    files: tuple[str, ...]
    targets: dict[str, Path | None]
    done: Counter[str] = field(default_factory=Counter)
    _stream: _Stream | None = None

    @classmethod
    def to(cls, path: str | None, files: Sequence[str], form: str, resume: bool = False) -> Output:
        """Plan where the results of each input go, before anything is read.

        Args:
            path: None or ``"-"`` for standard output; a folder (one that exists, or ends in a slash, or has no ending
                where several inputs want a file each); or a file.
            files: the inputs.
            form: one of :data:`ENDINGS`.
            resume: leave out what is done: the inputs whose output stands in the folder, or the pages whose line stands
                in the one file of JSON lines.

        Raises:
            OutputError: an input, or the same output twice, would be written over; or the place does not exist.
        """
        targets: dict[str, Path | None]
        if path is None or path == "-" or not _is_folder(path, files, form):
            if resume and (path in (None, "-") or not _has_lines(files, form)):
                raise OutputError("--resume needs a folder or JSON lines; name one with -o FOLDER/ or -o FILE.jsonl")
            target = None if path is None or path == "-" else Path(path)
            if target and not target.parent.is_dir():
                raise OutputError(f"{path}: the folder {target.parent} does not exist; make it first")
            targets = dict.fromkeys(files, target)
            _refuse_inputs(targets)
            return cls(form, tuple(targets), targets, _done(target) if resume and target else Counter())
        targets = {name: Path(path, _name(name, form)) for name in files}
        _refuse_twice(targets)
        _refuse_inputs(targets)
        if resume:
            targets = {name: target for name, target in targets.items() if target and not target.exists()}
        return cls(form, tuple(targets), targets)

    @property
    def on_screen(self) -> bool:
        """Whether results are written to a terminal."""
        return None in self.targets.values() and sys.stdout.isatty()

    def skips(self, text: Text) -> bool:
        """Whether the line of a text stands in the output already; to be asked once for each text, in order."""
        if self.done[text.id] <= 0:
            return False
        self.done[text.id] -= 1
        return True

    def write(self, text: Text, part: str) -> None:
        """Write the result of one text.

        Raises:
            OutputError: the disk is full, or the like.
        """
        target = self.targets[text.name]
        try:
            if self._stream is None or self._stream.target != target:
                self._close(whole=True)
                mine = [name for name in self.files if self.targets[name] == target]
                several = len(mine) > 1 or has_rows(mine[0])
                self._stream = _Stream(target, self.form, several, _has_lines(mine, self.form), bool(self.done))
            self._stream.write(part)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(f"{target or 'standard output'}: cannot be written ({error.strerror or error})") from None

    def __enter__(self) -> Output:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None and self._stream is None and self.done:  # nothing was left to do but to give it its name
            for target in dict.fromkeys(self.targets.values()):
                if target and _beside(target).exists():
                    _whole_lines(target, _beside(target))
                    os.replace(_beside(target), target)
        self._close(whole=kind is None)

    def _close(self, whole: bool) -> None:
        stream, self._stream = self._stream, None
        if stream:
            stream.close(whole)


class _Stream:
    """One output that takes one part or several; written beside its name and moved there when it is whole."""

    def __init__(self, target: Path | None, form: str, several: bool, lines: bool, resume: bool) -> None:
        self.target = target
        self.lines = lines
        self.head, self.between, self.tail = (
            _HTML if form == "html" else (_SEVERAL if several else _ONE).get(form, ("", "", ""))
        )
        self.parts = 0
        self.ends_line = True
        # Devices and pipes are written as they are: they must not be replaced by a file
        self.beside = target and (not target.exists() or target.is_file())
        self.path = _beside(target) if target and self.beside else target
        if self.path:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if resume and target:
                _whole_lines(target, self.path)
        self.file: BinaryIO = self.path.open("ab" if resume else "wb") if self.path else sys.stdout.buffer

    def write(self, part: str) -> None:
        lead = self.between if self.parts else self.head
        if self.parts and not self.ends_line and self.between[:1] not in (",", "\n"):
            lead = "\n" + lead
        self.file.write((lead + part).encode())
        self.file.flush()
        self.parts += 1
        self.ends_line = part.endswith("\n")

    def close(self, whole: bool) -> None:
        if whole:
            self.file.write(self.tail.encode())
            self.file.flush()
        if self.path:
            self.file.close()
            if self.beside and self.target:
                if whole:
                    os.replace(self.path, self.target)
                elif not self.lines:  # lines are kept, so that the run can be resumed
                    with suppress(OSError):
                        self.path.unlink()


def _beside(target: Path) -> Path:
    return target.with_name(f".{target.name}.part")


def _has_lines(files: Sequence[str], form: str) -> bool:
    return form == "jsonl" or (form == "text" and all(map(has_rows, files)))


def _done(target: Path) -> Counter[str]:
    """The ids of all whole lines that an earlier run wrote."""
    done: Counter[str] = Counter()
    for path in (_beside(target), target):
        if path.is_file():
            with path.open("rb") as lines:
                for line in lines:
                    with suppress(ValueError, KeyError, TypeError):
                        done[str(json.loads(line)["id"])] += line.endswith(b"\n")
            break
    return done


def _whole_lines(target: Path, beside: Path) -> None:
    """Put what an earlier run wrote beside the target, without a last line that is cut."""
    if not beside.exists():
        shutil.copyfile(target, beside)
    with beside.open("r+b") as file:
        whole = sum(len(line) for line in file if line.endswith(b"\n"))
        file.truncate(whole)


def _is_folder(path: str, files: Sequence[str], form: str) -> bool:
    if Path(path).is_dir() or path.endswith(("/", os.sep)):
        return True
    return len(files) > 1 and form != "jsonl" and not Path(path).suffix and not Path(path).exists()


def _name(name: str, form: str) -> str:
    if name == STANDARD_INPUT:
        return "stdin" + ENDINGS[form]
    return Path(name).name if form == "text" else Path(name).stem + ENDINGS[form]


def _refuse_twice(targets: dict[str, Path | None]) -> None:
    taken: dict[Path | None, str] = {}
    for name, target in targets.items():
        if (other := taken.setdefault(target, name)) != name:
            raise OutputError(f"{name} and {other} would both be written to {target}; give them to one run each")


def _refuse_inputs(targets: dict[str, Path | None]) -> None:
    outputs = {target.resolve() for target in targets.values() if target and target.is_file()}
    for name in targets:
        if outputs and name != STANDARD_INPUT and Path(name).resolve() in outputs:
            raise OutputError(f"{name}: -o would write over this input; name another file or folder")
