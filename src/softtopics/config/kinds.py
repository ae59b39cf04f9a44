"""What values a parameter may have: names for the annotations of models, and what they refuse.

A model's class annotates its parameters with these names, with `int`, `float`, `bool`, `str` and `None`, with
`Literal`, and with any of them joined by `|`; `config.model_parameters` reads the annotations.
"""

import json
import math
import re
from dataclasses import dataclass
from typing import Annotated, Any


@dataclass(frozen=True)
class Range:
    """The numbers from `low` to `high`; these two themselves unless `above` or `below` says otherwise."""

    low: float = -math.inf
    high: float = math.inf
    above: bool = False
    below: bool = False

    def holds(self, number: float) -> bool:
        beyond_low = number > self.low if self.above else number >= self.low
        return beyond_low and (number < self.high if self.below else number <= self.high)

    def __str__(self) -> str:
        low = "" if self.low == -math.inf else f" {'above' if self.above else 'of at least'} {self.low:g}"
        high = "" if self.high == math.inf else f" {'below' if self.below else 'of at most'} {self.high:g}"
        return low + (" and" if low and high else "") + high


Whole = Annotated[int, Range(0)]
Count = Annotated[int, Range(1)]
Several = Annotated[int, Range(2)]
Positive = Annotated[float, Range(0, above=True)]
NotNegative = Annotated[float, Range(0)]
Factor = Annotated[float, Range(1)]
Portion = Annotated[float, Range(0, 1, above=True)]  # some or all
Fraction = Annotated[float, Range(0, 1, below=True)]  # none or some, not all

NAMED = {"int": "a whole number", "float": "a number", "bool": "true or false", "str": "a text", "None": "null"}


@dataclass(frozen=True)
class Kind:
    """One kind of value: a type with a range, or one of some choices.

    Attributes:
        type: `int`, `float`, `bool`, `str` or `None`.
        range: of numbers.
        choices: the only values, if there are some.
    """

    type: str
    range: Range = Range()
    choices: tuple = ()

    def suits(self, value: Any) -> bool:
        if self.choices:
            return any(type(value) is type(choice) and value == choice for choice in self.choices)
        if self.type in ("int", "float"):
            number = isinstance(value, int | float) and not isinstance(value, bool)
            whole = self.type == "float" or isinstance(value, int)
            return number and whole and math.isfinite(value) and self.range.holds(value)
        return {"bool": bool, "str": str, "None": type(None)}[self.type] is type(value)

    def __str__(self) -> str:
        return " or ".join(map(str, self.choices)) if self.choices else f"{NAMED[self.type]}{self.range}"


def refusal(value: Any, kinds: tuple[Kind, ...]) -> str | None:
    """What is wrong with a value, as the end of a sentence; None if it is of one of the kinds, or if there are none."""
    if not kinds or any(kind.suits(value) for kind in kinds):
        return None
    return f"is {shown(value)}, not {' or '.join(map(str, kinds))}{rewritten(value, [kind.type for kind in kinds])}"


def shown(value: Any) -> str:
    """A value as YAML has it, and that a text is one."""
    return f"the text {short(repr(value))}" if isinstance(value, str) else short(json.dumps(value, ensure_ascii=False))


def short(text: str) -> str:
    """The beginning and the end of a text that is too long for a sentence."""
    return text if len(text) <= 200 else f"{text[:80]} ... {text[-100:]}"


def rewritten(value: Any, types: list[str]) -> str:
    """How to write what was probably meant, as the end of a sentence."""
    if "array" in types and value is not None and not isinstance(value, dict | list):
        return f"; write [{value}]"
    if isinstance(value, str) and {"int", "float"} & set(types):
        if number := plain_number(value):
            return f"; write {number}"
    elif isinstance(value, float) and "int" in types and value.is_integer():
        return f"; write {value:.0f}"
    elif "str" in types and not isinstance(value, dict | list) and value is not None:
        return "; put it in quotes"
    return "; correct it"


def plain_number(text: str) -> str | None:
    """A number that YAML takes for text, as it must be written there: 1.0e-3 for 1e-3, 5 for "5"; None for others."""
    if found := re.fullmatch(r"([+-]?\d+)(\.\d*)?[eE]([+-]?)(\d+)", text.strip()):
        whole, fraction, sign, exponent = found.groups()
        return f"{whole}{fraction or '.0'}e{sign or '+'}{exponent}"
    return text.strip() if re.fullmatch(r"[+-]?\d+(\.\d*)?", text.strip()) else None
