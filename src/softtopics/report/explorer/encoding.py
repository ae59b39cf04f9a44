"""Data as scripts that a page loads from beside itself, and arrays as text in them."""

import base64
import json
from pathlib import Path

import numpy as np

from softtopics.artifacts import write_text


def write_script(folder: str | Path, name: str, content: dict | list) -> None:
    """Write `<name>.js` into a folder: one call that hands `content` to the page.

    Args:
        folder: of the explorer's data.
        name: what the page asks for, a path without an ending: `news/corpus/about`.
        content: plain values.

    Raises:
        ValueError: a number is not finite.
    """
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    write_text(Path(folder) / f"{name}.js", f"received({json.dumps(name)}, {text});\n")


def packed(array: np.ndarray) -> dict:
    """A two-dimensional array of natural numbers, row by row in the smallest type that holds it, as base64.

    Raises:
        ValueError: a number is negative, or larger than 32 bits hold.
    """
    largest = int(array.max(initial=0))
    if array.min(initial=0) < 0 or largest >= 2**32:
        raise ValueError("only natural numbers below 2^32 can be packed")
    bits = next(bits for bits in (8, 16, 32) if largest < 2**bits)
    data = np.ascontiguousarray(array, dtype=f"<u{bits // 8}").tobytes()
    return {"bits": bits, "columns": array.shape[1], "data": base64.b64encode(data).decode()}


def parts_of(shares: np.ndarray, bits: int) -> np.ndarray:
    """Numbers from 0 to 1 as whole parts of 2^bits - 1."""
    return np.rint(np.clip(shares, 0, 1) * (2**bits - 1)).astype(np.uint32)


def rounded(value: float, digits: int = 4) -> float:
    """Some significant digits: all that bars and labels show."""
    return float(f"{value:.{digits}g}")
