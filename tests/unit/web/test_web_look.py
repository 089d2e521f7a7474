"""The rules of the look that can be computed: contrast, size of the files, what they may contain."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from kit.web.assets import OWN_FILES

TOKENS = (OWN_FILES / "tokens.css").read_text(encoding="utf-8")
THEMES = {
    "light": TOKENS[: TOKENS.index("@media (prefers-color-scheme: dark)")],
    "dark": TOKENS[
        TOKENS.index("@media (prefers-color-scheme: dark)") : TOKENS.index("@media (prefers-reduced-motion")
    ],
    "print": TOKENS[TOKENS.index("@media print") :],
}
TEXT = ("ink", "muted", "cinnabar", "link", "good", "warn", "bad", "info")


def colours(theme: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", THEMES[theme]))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("surface", ["paper", "card"])
@pytest.mark.parametrize("text", TEXT)
def test_text_is_readable_on_every_surface(theme: str, surface: str, text: str) -> None:
    tokens = colours(theme)
    assert contrast(tokens[text], tokens[surface]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_buttons_strips_and_control_edges_are_readable(theme: str) -> None:
    tokens = colours(theme)
    assert contrast(tokens["on-cinnabar"], tokens["cinnabar"]) >= 4.5
    assert contrast(tokens["ink"], tokens["line"]) >= 4.5
    for surface in ("paper", "card"):
        assert contrast(tokens["control"], tokens[surface]) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_focus_ring_stands_out_by_itself_or_by_its_edge(theme: str) -> None:
    tokens = colours(theme)
    for surface in ("paper", "card"):
        assert max(contrast(tokens[ring], tokens[surface]) for ring in ("focus", "focus-edge")) >= 3


@pytest.mark.parametrize(("name", "limit"), [("tokens.css", 400), ("components.css", 400), ("cinnabar.js", 200)])
def test_files_stay_small_and_load_nothing_from_outside(name: str, limit: int) -> None:
    source = (OWN_FILES / name).read_text(encoding="utf-8")
    assert len(source.splitlines()) < limit
    assert not re.search(r"https?://|@import|url\(|\beval\(|innerHTML|new Function", source)


def test_css_uses_only_tokens_that_exist() -> None:
    css = TOKENS + (OWN_FILES / "components.css").read_text(encoding="utf-8")
    defined = set(re.findall(r"(--[a-z-]+):", css))
    assert set(re.findall(r"var\((--[a-z-]+)", css)) <= defined
    components = (OWN_FILES / "components.css").read_text(encoding="utf-8")
    assert not re.search(r"#[0-9a-f]{3,8}\b", components), "colours belong to the tokens"


def test_the_mark_is_one_line() -> None:
    mark = ET.fromstring((OWN_FILES / "mark.svg").read_text(encoding="utf-8"))
    paths = [element.attrib["d"] for element in mark]
    assert len(paths) == 1
    assert paths[0].count("M") == 1
