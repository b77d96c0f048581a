"""Where results go: standard output, one file, or a folder with a file for each input.

No input is ever written over, and a file appears under its name only when it is whole.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
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
    """

    form: str
    files: tuple[str, ...]
    targets: dict[str, Path | None]
    _stream: _Stream | None = None

    @classmethod
    def to(cls, path: str | None, files: Sequence[str], form: str, resume: bool = False) -> Output:
        """Plan where the results of each input go, before anything is read.

        Args:
            path: None or ``"-"`` for standard output; a folder (one that exists, or ends in a slash, or has no ending
                where several inputs want a file each); or a file.
            files: the inputs.
            form: one of :data:`ENDINGS`.
            resume: leave out the inputs whose output already stands in the folder.

        Raises:
            OutputError: an input, or the same output twice, would be written over; or the place does not exist.
        """
        targets: dict[str, Path | None]
        if path is None or path == "-" or not _is_folder(path, files, form):
            if resume:
                raise OutputError("--resume needs a folder; name one with -o FOLDER/")
            target = None if path is None or path == "-" else Path(path)
            if target and not target.parent.is_dir():
                raise OutputError(f"{path}: the folder {target.parent} does not exist; make it first")
            targets = dict.fromkeys(files, target)
        else:
            targets = {name: Path(path, _name(name, form)) for name in files}
            _refuse_twice(targets)
        _refuse_inputs(targets)
        if resume:
            targets = {name: target for name, target in targets.items() if target and not target.exists()}
        return cls(form, tuple(name for name in dict.fromkeys(files) if name in targets), targets)

    @property
    def on_screen(self) -> bool:
        """Whether results are written to a terminal."""
        return None in self.targets.values() and sys.stdout.isatty()

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
                self._stream = _Stream(target, self.form, several=len(mine) > 1 or has_rows(mine[0]))
            self._stream.write(part)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(f"{target or 'standard output'}: cannot be written ({error.strerror or error})") from None

    def __enter__(self) -> Output:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close(whole=kind is None)

    def _close(self, whole: bool) -> None:
        stream, self._stream = self._stream, None
        if stream:
            stream.close(whole)


class _Stream:
    """One output that takes one part or several; written beside its name and moved there when it is whole."""

    def __init__(self, target: Path | None, form: str, several: bool) -> None:
        self.target = target
        self.head, self.between, self.tail = (
            _HTML if form == "html" else (_SEVERAL if several else _ONE).get(form, ("", "", ""))
        )
        self.parts = 0
        self.ends_line = True
        self.several = several
        # Devices and pipes are written as they are: they must not be replaced by a file
        self.beside = target and (not target.exists() or target.is_file())
        self.path = target.with_name(f".{target.name}.part") if target and self.beside else target
        if self.path:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        self.file: BinaryIO = self.path.open("wb") if self.path else sys.stdout.buffer

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
                else:
                    with suppress(OSError):
                        self.path.unlink()


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
