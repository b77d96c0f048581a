"""Reading text files: which encoding, where it fails, and what can be done about it.

Offsets that newsclean gives are code points into the text as these functions return it: newlines as they stand, nothing
stripped but a byte-order mark. For a UTF-8 file without one they are the offsets of
``path.read_bytes().decode("utf-8")``; behind a byte-order mark, the character after it is number 0.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from newsclean.io.encodings import decoded, detect, nearest

STANDARD_INPUT = "-"
LEAVE_OUT = "leave it out, or write it again"


class ReadError(Exception):
    """A file that cannot be read as text: which, what is the matter and where, and what can be done.

    Attributes:
        name: the file's name as it was given.
        place: what is the matter, and where in the file.
        remedy: what can be done about it.

    >>> print(ReadError("page.txt", "no such file", "check the path"))
    page.txt: no such file; check the path
    """

    def __init__(self, name: str, place: str, remedy: str) -> None:
        super().__init__(name, place, remedy)
        self.name, self.place, self.remedy = name, place, remedy

    def __str__(self) -> str:
        """The whole message, on one line."""
        return f"{self.name}: {self.place}; {self.remedy}"


@dataclass(frozen=True, slots=True, repr=False)
class Text:
    """A text as it was read.

    Attributes:
        text: the characters, newlines as they stand.
        encoding: the encoding it was in, as :mod:`codecs` names it.
        name: the file's name as it was given, or ``"-"`` for standard input.
        row: the whole object, where the text is one of many in a file of JSON lines.
    """

    text: str
    encoding: str
    name: str
    row: Mapping[str, Any] | None = field(default=None, compare=False)

    def __repr__(self) -> str:
        """Which text it is and how long, on one line."""
        return f"Text(name={self.name!r}, encoding={self.encoding!r}, characters={len(self.text)})"

    @property
    def id(self) -> str:
        """The file's name without folders and ending, ``"stdin"`` for standard input, or the row's own id."""
        if self.row is not None:
            return str(self.row["id"])
        return "stdin" if self.name == STANDARD_INPUT else Path(self.name).stem


def read_text(path: str | os.PathLike[str], encoding: str | None = None) -> Text:
    """Read a text file in whatever encoding Chinese text files come: UTF-8, UTF-16, GB18030 (GBK, GB2312), Big5.

    Args:
        path: the file, or ``"-"`` for standard input.
        encoding: any name that :mod:`codecs` knows; then the bytes are read in it and nothing is guessed.

    Returns:
        The text, and which encoding was taken.

    Raises:
        ReadError: the file is missing, a folder, empty, not a text, or in another encoding.

    >>> import tempfile, pathlib
    >>> page = pathlib.Path(tempfile.mkdtemp(), "page.txt")
    >>> _ = page.write_bytes("今天天气很好。\\r\\n".encode("gb18030"))
    >>> read = read_text(page)
    >>> read.text, read.encoding, read.id
    ('今天天气很好。\\r\\n', 'gb18030', 'page')
    """
    name = os.fspath(path)
    return decode(read_bytes(name), name, encoding)


def read_bytes(name: str) -> bytes:
    """All bytes of a file or, for ``"-"``, of standard input.

    Raises:
        ReadError: it cannot be opened.
    """
    try:
        if name == STANDARD_INPUT:
            return sys.stdin.buffer.read()
        return Path(name).read_bytes()
    except OSError as error:
        raise unopened(name, error) from None


def unopened(name: str, error: OSError) -> ReadError:
    """What to say of a file that could not be opened."""
    if isinstance(error, FileNotFoundError):
        return ReadError(name, "no such file", "check the path")
    if Path(name).is_dir():
        return ReadError(name, "is a folder", f"give its files: {name.rstrip('/')}/*.txt")
    if isinstance(error, PermissionError):
        return ReadError(name, "may not be read", "change its permissions, or run as its owner")
    return ReadError(name, f"cannot be read ({error.strerror or error})", "check the path and the disk")


def decode(data: bytes, name: str, encoding: str | None = None) -> Text:
    """The text that the bytes of a file hold; arguments and errors are those of :func:`read_text`."""
    if not data:
        raise ReadError(name, "is empty", LEAVE_OUT)
    if encoding is not None:
        return _forced(data, name, encoding)
    if what := _not_a_text(data):
        raise ReadError(name, *what)
    found = decoded(data)
    if found is None:
        raise _undecodable(data, name)
    taken, text = found
    if not text:
        raise ReadError(name, "is empty but for a byte-order mark", LEAVE_OUT)
    return Text(text, taken, name)


def _forced(data: bytes, name: str, encoding: str) -> Text:
    # UTF-8 by name means with or without a byte-order mark, as for a file whose encoding was recognised
    codec = "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding
    try:
        return Text(data.decode(codec), encoding, name)
    except LookupError:
        known = "utf-8, gb18030, big5, big5hkscs or utf-16"
        raise ReadError(name, f"there is no encoding {encoding!r}", f"name one such as {known}") from None
    except UnicodeDecodeError as error:
        fits = detect(data)
        other = f"it reads as {fits}: leave --encoding (encoding=) away" if fits else "name another encoding"
        raise ReadError(name, f"cannot be read as {encoding} at {_place(data, error)}", other) from None


def _undecodable(data: bytes, name: str) -> ReadError:
    if b"\0" in data:
        place = f"is not a text: it holds NUL bytes, the first at byte {data.index(0)}"
        return ReadError(name, place, "give a text file, or " + name_encoding("utf-16-le"))
    guess = nearest(data)
    encoding = guess or "utf-8"
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        place = _place(data, error)
        if guess:
            remedy = "mend those bytes, or " + name_encoding(_another(guess))
            return ReadError(name, f"reads as {guess} but for {place}", remedy)
        return ReadError(name, f"cannot be read as UTF-8 at {place}", name_encoding("gb18030"))
    return ReadError(name, "is in no encoding known here", name_encoding("gb18030"))


def name_encoding(encoding: str) -> str:
    """The remedy for a file whose encoding is not recognised, for Python and for the command line."""
    return f"name its encoding with encoding={encoding!r} (--encoding {encoding})"


def _another(encoding: str) -> str:
    return "big5" if encoding == "gb18030" else "gb18030"


def _place(data: bytes, error: UnicodeDecodeError) -> str:
    line = data[: error.start].decode(error.encoding, "ignore").count("\n") + 1
    return f"byte {error.start} (line {line})"


_IMAGE = "read it with an OCR engine first"
_PACKED = "unpack it first"
_SAVE = "save it as plain text first"
_MAGIC = (
    (rb"%PDF-", "a PDF document", "take its text out first: pdftotext FILE.pdf FILE.txt"),
    (rb"\x89PNG\r\n\x1a\n", "a PNG image", _IMAGE),
    (rb"\xff\xd8\xff", "a JPEG image", _IMAGE),
    (rb"GIF8[79]a", "a GIF image", _IMAGE),
    (rb"II\*\0|MM\0\*", "a TIFF image", _IMAGE),
    (rb"RIFF....WEBP", "a WebP image", _IMAGE),
    (rb"BM.{4}\0{4}", "a BMP image", _IMAGE),
    (rb"\0\0\0\x0cjP  ", "a JPEG 2000 image", _IMAGE),
    (rb"AT&TFORM", "a DjVu document", "take its text out first: djvutxt FILE.djvu FILE.txt"),
    (rb"PK\x03\x04.{0,4000}?word/", "a Word document", _SAVE),
    (rb"PK\x03\x04.{0,4000}?xl/", "an Excel workbook", _SAVE),
    (rb"PK\x03\x04.{26}mimetypeapplication/epub", "an EPUB book", _SAVE),
    (rb"PK\x03\x04", "a zip archive", _PACKED),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document", _SAVE),
    (rb"\{\\rtf", "an RTF document", _SAVE),
    (rb"\x1f\x8b", "a gzip archive", _PACKED),
    (rb"\xfd7zXZ\0", "an xz archive", _PACKED),
    (rb"BZh[1-9]1AY&SY", "a bzip2 archive", _PACKED),
    (rb"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _PACKED),
    (rb"Rar!\x1a\x07", "a RAR archive", _PACKED),
    (rb"\x28\xb5\x2f\xfd", "a Zstandard archive", _PACKED),
    (rb"PAR1", "a Parquet file", "give its texts as JSON lines with id and text"),
)


def _not_a_text(data: bytes) -> tuple[str, str] | None:
    """What the first bytes say a file is, and the remedy, if it is no text."""
    for pattern, what, remedy in _MAGIC:
        if re.match(pattern, data[:8192], re.DOTALL):
            return f"is {what}, not a text", remedy
    return None
