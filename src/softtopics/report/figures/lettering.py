"""Text of figures: how wide it is, where it breaks into lines, and which installed fonts have its letters."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from textwrap import wrap
from unicodedata import category

from matplotlib import font_manager, rcParams
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

log = logging.getLogger(__name__)

POINTS = 72  # an inch
LINE = 1.2  # of a text's size from one line to the next
LEAST = 4  # characters of a line, whatever the width
NAMED = 20  # characters that a warning names
UNSEEN = ("Cf", "Mn")  # joiners, soft hyphens and marks on other letters need no glyph of their own


def wrapped(text: str, inches: float, size: float) -> str:
    """A text in as few lines as fit into a width, about equally long; as it is where it fits into one.

    Args:
        text: a title of a user, of any length and any script.
        inches: the width.
        size: of the letters in points.
    """
    if fits([text], inches, size):
        return text
    longest = max(map(len, text.split()), default=1)
    for characters in range(max(len(text), LEAST), LEAST - 1, -1):
        lines = wrap(text, characters)
        if fits(lines, inches, size):  # letters differ in width, so lines are measured, not counted
            break
    least = longest if longest <= characters else LEAST  # no word is broken for the sake of balance
    for fewer in range(characters - 1, least - 1, -1):
        if len(wrap(text, fewer)) > len(lines):
            break
        lines = wrap(text, fewer)
    return "\n".join(lines)


def fits(lines: list[str], inches: float, size: float) -> bool:
    return all(width(line, size) <= inches for line in lines)


@lru_cache(maxsize=10_000)
def width(text: str, size: float) -> float:
    """Inches of a line."""
    letters = FontProperties(family=families(text), size=size)
    with without_warnings_of_glyphs():
        return text_to_path.get_text_width_height_descent(text, letters, False)[0] / POINTS


def height(lines: int, size: float) -> float:
    """Inches of some lines."""
    return lines * LINE * size / POINTS


def lines_of(text: str) -> int:
    return text.count("\n") + 1


def legible(figure: Figure) -> None:
    """Set texts in fonts that have their letters; of those that no installed font has, a warning."""
    if not any(foreign(text.get_text()) for text in figure.findobj(Text)):
        return
    with without_warnings_of_glyphs():
        figure.draw_without_rendering()  # axes that share labels copy them no sooner
    boxes = set()
    for text in figure.findobj(Text):
        text.set_fontfamily(families(text.get_text()))
        boxes |= set(foreign(text.get_text(), *others(foreign(text.get_text()))))
    if boxes:
        some = " ".join(sorted(boxes)[:NAMED]) + (f" and {len(boxes) - NAMED} more" if len(boxes) > NAMED else "")
        log.warning("no installed font has %s, so the figure shows boxes; install one with these characters", some)


def families(text: str) -> list[str]:
    """The typeface of figures, and after it others for the letters that it lacks."""
    return [*rcParams["font.family"], *others(foreign(text))]


def foreign(text: str, *more: str) -> str:
    """The characters of a text that neither the typeface of figures nor more fonts have, in order."""
    known = [letters_of(name) for name in (*rcParams["font.family"], *more)]
    shown = {c for c in text if not c.isspace() and category(c) not in UNSEEN}
    return "".join(sorted({c for c in shown if not any(ord(c) in letters for letters in known)}))


@lru_cache(maxsize=1000)
def others(characters: str) -> tuple[str, ...]:
    """The fewest installed fonts for some characters: the one with most of them, then the one with most of the rest."""
    chosen, rest = [], set(map(ord, characters))
    upright = (font for font in font_manager.fontManager.ttflist if font.style == "normal" and font.weight == 400)
    names = sorted({font.name for font in upright if not font.name.startswith("Last Resort")})  # which has boxes
    names.sort(key=lambda name: ("Mono" in name, "Sans" not in name))  # the first of equals
    while rest and names:
        best = max(names, key=lambda name: len(rest & letters_of(name)))
        if not rest & letters_of(best):
            break
        chosen.append(best)
        rest -= letters_of(best)
    return tuple(chosen)


@lru_cache(maxsize=1000)
def letters_of(name: str) -> frozenset[int]:
    """The code points that a font has; none if it is made of pixels, as those of emoji are, or cannot be read."""
    try:
        font = font_manager.get_font(font_manager.findfont(FontProperties(family=name), fallback_to_default=False))
    except (OSError, RuntimeError, ValueError):
        return frozenset()
    return frozenset(font.get_charmap()) if font.scalable else frozenset()


@contextmanager
def without_warnings_of_glyphs() -> Iterator[None]:
    """Matplotlib warns of each glyph each time; `legible` does once."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "(?s)Glyph .* missing from")
        yield
