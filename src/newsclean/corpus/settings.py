"""The two presets, and what they stand for."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Preset:
    """How hard to look for duplicates.

    Attributes:
        name: ``"fast"`` or ``"default"``.
        bins: bins of a sketch.
        bands: bins that serve as band keys.
        shared: band keys that two documents must share to be looked at.
        agree: bins in which their sketches must agree to be read; ``agree / bins`` is the estimated Jaccard similarity.
        crowd: documents in a bucket above which they are paired with the first of them only.
        alignment: align pairs in the grey zone.
        threshold: similarity from which a pair counts as duplicates.
    """

    name: str
    bins: int
    bands: int
    shared: int
    agree: int
    crowd: int
    alignment: bool
    threshold: float

    @property
    def least(self) -> float:
        """Similarity below which pairs are not recorded."""
        return round(0.7 * self.threshold, 3)


PRESETS = {
    "default": Preset("default", bins=128, bands=32, shared=2, agree=15, crowd=100, alignment=True, threshold=0.7),
    "fast": Preset("fast", bins=64, bands=16, shared=2, agree=8, crowd=100, alignment=False, threshold=0.55),
}


def preset(name: str, threshold: float | None = None) -> Preset:
    """Look a preset up by its name, with another threshold if one is given.

    >>> preset("fast").alignment, preset("default", 0.8).threshold
    (False, 0.8)
    """
    if name not in PRESETS:
        raise ValueError(f"unknown preset {name!r}: choose one of {', '.join(sorted(PRESETS))}")
    if threshold is None:
        return PRESETS[name]
    if not 0.25 <= threshold <= 1:
        raise ValueError(f"threshold must lie between 0.25 and 1, not {threshold}")
    return replace(PRESETS[name], threshold=threshold)
