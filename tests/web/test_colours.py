"""The colours of the page: those of the report, apart for everybody, dark enough for text."""

import re
from importlib import resources
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

STATIC = Path(str(resources.files("ribbonet.web"))) / "static"
REPORT = Path(str(resources.files("ribbonet.evaluation.reports"))) / "page.html"

# Severe colour blindness in linear RGB (Machado, Oliveira & Fernandes 2009).
SIGHTS = {
    "all cones": np.eye(3),
    "no red cones": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no green cones": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "no blue cones": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
)  # of sRGB
WHITE = XYZ @ np.ones(3)


def themes(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """Read the colours of the light theme and of the dark one."""
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", block))
        for block in re.findall(r":root \{(.*?)\}", text, re.DOTALL)[:2]
    )
    return light, light | dark


def linear(colour: str) -> np.ndarray:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * d for d in colour[1:])
    values = np.array([int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIELAB of linear RGB."""
    ratio = XYZ @ np.clip(rgb, 0, 1) / WHITE
    x, y, z = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def contrast(one: str, other: str) -> float:
    """Contrast of WCAG 2."""
    dark, light = sorted(float(XYZ[1] @ linear(colour)) + 0.05 for colour in (one, other))
    return light / dark


PAGE = themes((STATIC / "shared" / "style.css").read_text())


def test_states_have_the_colours_of_the_report():
    for own, other in zip(PAGE, themes(REPORT.read_text()), strict=True):
        for name in ("helix", "back", "strand", "coil"):
            assert own[name] == other[name]


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("theme", PAGE, ids=["light", "dark"])
def test_areas_are_told_apart(theme, sight):
    """Helix, strand and what is neither; ribbons differ in shape, too."""
    seen = [lab(SIGHTS[sight] @ linear(theme[name])) for name in ("helix", "strand", "rest")]
    for one, other in combinations(seen, 2):
        assert np.linalg.norm(one - other) > 15  # 2.3 is just noticeable


@pytest.mark.parametrize("theme", PAGE, ids=["light", "dark"])
def test_text_has_the_contrast_to_be_read(theme):
    for ink in ("ink", "soft", "accent-ink", "helix-ink", "strand-ink", "coil-ink", "wrong-ink"):
        for paper in ("ground", "paper", "panel"):
            assert contrast(theme[ink], theme[paper]) >= 4.5, (ink, paper)
    assert contrast(theme["on-accent"], theme["accent"]) >= 4.5
