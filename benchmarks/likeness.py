#!/usr/bin/env python3
"""Characters that look alike in print: the likeness of their images in some fonts, for tables of misreadings.

    likeness.py ARTICLES.jsonl[.xz] ... --font FONT.ttf --font FONT.ttc:2

prints, for each character of GB 2312 and of the articles, the common ones whose images are most like its own, with their
likeness: the mean correlation of the blurred images. From this data/rare_doubles.tsv (characters that stand in fewer than
40 places, likeness .695 and more) and data/twins_by_image.txt (common ones, .83 and more) were made, and gone through by
hand. Wants Pillow.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
import numpy.typing as npt
from confusions import pages
from PIL import Image, ImageDraw, ImageFilter, ImageFont

SIZE = 32  # pixels of a blurred image on each side


def images(characters: list[str], font: str) -> npt.NDArray[np.float32]:
    """The image of each character, a row of mean 0 and length 1."""
    path, _, index = font.partition(":")
    face = ImageFont.truetype(path, 120, index=int(index or 0))
    rows = np.zeros((len(characters), SIZE * SIZE), np.float32)
    for row, character in zip(rows, characters, strict=True):
        image = Image.new("L", (144, 144), 0)
        ImageDraw.Draw(image).text((72, 72), character, font=face, fill=255, anchor="mm")
        row[:] = np.asarray(image.filter(ImageFilter.GaussianBlur(4)).resize((SIZE, SIZE), Image.Resampling.BOX)).ravel()
    rows -= rows.mean(1, keepdims=True)
    return rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-6)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", nargs="+", type=Path)
    parser.add_argument("--font", action="append", required=True, help="a font's file, with :INDEX for a collection")
    parser.add_argument("--least", type=float, default=0.695, help="the least likeness that is printed")
    parser.add_argument("--common", type=int, default=40, help="so often a character stands that another is read for")
    a = parser.parse_args()
    times: Counter[str] = Counter()
    for page in pages(a.articles):
        times.update(page)
    basic = [chr(c) for c in range(0x4E00, 0x9FA6)]
    characters = [c for c in basic if times[c] or c.encode("gb2312", "ignore")]
    common = [k for k, c in enumerate(characters) if times[c] >= a.common]
    likeness = np.zeros((len(characters), len(common)), np.float32)
    for font in a.font:
        rows = images(characters, font)
        likeness += rows @ rows[common].T / len(a.font)
    likeness[common, np.arange(len(common))] = -1  # itself
    for character, row in zip(characters, likeness, strict=True):
        best = [k for k in np.argsort(-row)[:8] if row[k] >= a.least]
        if best:
            print(character, times[character], *(f"{characters[common[k]]} {row[k]:.2f}" for k in best), sep="\t")


if __name__ == "__main__":
    main()
