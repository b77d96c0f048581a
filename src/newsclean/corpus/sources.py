"""The files that documents come in: jsonl, also compressed, parquet, text files, and folders of these."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import json
import lzma
import zlib
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

LINES = (".jsonl", ".ndjson")
PACKED = (".gz", ".bz2", ".xz", ".zst")
KINDS = f"{', '.join(LINES)} (also with {', '.join(PACKED)}), .parquet, or a folder of these or of .txt files"


class InputError(ValueError):
    """The input cannot be read as documents; the message names the place and the remedy."""


class Row(NamedTuple):
    """An item of a file, and its place: the number of its line or row from 1."""

    path: Path
    number: int
    item: Any

    @property
    def place(self) -> str:
        """File and line, as in a message."""
        kind = {"parquet": "row", "text": ""}.get(kind_of(self.path), "line")
        return f"{self.path}, {kind} {self.number}" if kind else str(self.path)


def kind_of(path: Path) -> str:
    """``"lines"``, ``"parquet"``, ``"text"``, or empty for a name that says nothing.

    >>> kind_of(Path("a.jsonl.gz")), kind_of(Path("b.PARQUET")), kind_of(Path("c.csv"))
    ('lines', 'parquet', '')
    """
    suffixes = [s.lower() for s in path.suffixes]
    if suffixes and suffixes[-1] in PACKED:
        suffixes.pop()
    last = suffixes[-1] if suffixes else ""
    return "lines" if last in LINES else {".parquet": "parquet", ".txt": "text"}.get(last, "")


def files_of(path: Path) -> list[Path]:
    """The file itself, or the files of a folder and the folders in it, in the order of their names.

    Raises:
        InputError: there is no such file or folder, or nothing in it that can be read.
    """
    if not path.exists():
        raise InputError(f"{path}: no such file")
    if not path.is_dir():
        return [path]
    found = sorted(p for p in path.rglob("*") if p.is_file() and kind_of(p) and not p.name.startswith("."))
    if not found:
        raise InputError(f"{path}: no documents in this folder; expected {KINDS}")
    return found


def fingerprint(path: Path) -> str:
    """Tells whether a file or folder is still what it was: names, sizes and times of its files, as a digest."""
    stats = [(file.as_posix(), file.stat()) for file in files_of(path)]
    state = [[str(path.resolve()), *([name, stat.st_size, stat.st_mtime_ns] for name, stat in stats)]]
    return hashlib.sha256(json.dumps(state).encode()).hexdigest()


def opened(path: Path, mode: str = "rb") -> IO[bytes]:
    """A file, opened to read or write bytes; packed if its name says so."""
    suffix = path.name.removesuffix(".part").lower()
    if suffix.endswith(".zst"):
        try:
            import pyarrow as pa
        except ImportError as error:  # pragma: no cover - depends on the installation
            raise InputError(f"{path}: .zst needs pyarrow: pip install 'newsclean[corpus]'") from error
        if mode == "rb":
            return BufferedReader(pa.input_stream(str(path), compression="zstd"))
        return cast("IO[bytes]", pa.output_stream(str(path), compression="zstd"))
    for ending, opener in ((".gz", gzip.open), (".bz2", bz2.open), (".xz", lzma.open)):
        if suffix.endswith(ending):
            return cast("IO[bytes]", opener(path, mode))
    return cast("IO[bytes]", path.open(mode))


_DAMAGED = (OSError, EOFError, lzma.LZMAError, zlib.error)


def _damaged(path: Path, error: BaseException) -> InputError:
    return InputError(f"{path}: cannot be read: {error}; the file may be cut short or damaged")


def lines_of(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines of a jsonl file that are not empty, with their numbers from 1.

    Raises:
        InputError: the file cannot be unpacked.
    """
    try:
        with opened(path) as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, line
    except _DAMAGED as error:
        raise _damaged(path, error) from None


def rows_of(path: Path, *, errors: bool = False) -> Iterator[Row]:
    """The items of a file or folder: mappings as a rule.

    Raises:
        InputError: there is no such file, or it does not hold what its name says. With ``errors`` the error of a line
            stands in place of its item.
    """
    for file in files_of(path):
        kind = kind_of(file)
        if kind == "parquet":
            yield from _parquet_rows(file)
        elif kind == "text":
            yield Row(file, 1, {"id": _name(file, path), "text": _text(file)})
        else:
            for number, line in lines_of(file):
                try:
                    item = _item(file, number, line)
                except InputError as error:
                    if not errors:
                        raise
                    item = error
                yield Row(file, number, item)


def _name(file: Path, folder: Path) -> str:
    return file.relative_to(folder).as_posix() if file != folder else file.name


def _text(file: Path) -> str:
    try:
        with opened(file) as stream:
            return stream.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: not UTF-8 ({error.reason}); {_CONVERT}") from None
    except _DAMAGED as error:
        raise _damaged(file, error) from None


_CONVERT = "convert it, as with: iconv -f gb18030 -t utf-8"


def _item(file: Path, number: int, line: bytes) -> Any:
    try:
        return json.loads(line.rstrip().decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(f"{file}, line {number}: not UTF-8 ({error.reason}); {_CONVERT}") from None
    except json.JSONDecodeError as error:
        shown = line[:60].decode("utf-8", "replace").strip()
        raise InputError(
            f"{file}, line {number}: not JSON: {error.msg.removesuffix(' at')} at character {error.colno} of {shown!r}; "
            "mend or delete the line. Expected one object a line"
        ) from None
    except (RecursionError, ValueError) as error:  # nested too deeply, or a number of thousands of digits
        raise InputError(f"{file}, line {number}: cannot be read as JSON: {error}; mend or delete the line") from None


def _parquet_rows(file: Path) -> Iterator[Row]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:  # pragma: no cover - depends on the installation
        raise InputError("reading parquet needs pyarrow: pip install 'newsclean[corpus]'") from error
    number = 0
    try:
        with pq.ParquetFile(file) as table:
            for batch in table.iter_batches(1024):
                for item in batch.to_pylist():
                    number += 1
                    yield Row(file, number, item)
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(f"{file}: cannot be read as parquet: {str(error).splitlines()[0]}") from None
