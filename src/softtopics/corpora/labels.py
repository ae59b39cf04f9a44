"""Labels of documents: what belongs to one, which are missing, and which look like one class written in two ways."""

import re
import unicodedata

import pandas as pd

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?")


def labelled(texts: pd.Series, labels: pd.Series, names: pd.Series) -> pd.DataFrame:
    """Documents with their labels and readable names, all of them strings.

    Blanks around a label or a name are no part of it. An absent text is "", an absent or blank label is missing, and a
    label without a name is called by itself.
    """
    labels, names = labels.str.strip(), names.str.strip()
    labels = labels.where(labels != "")
    return pd.DataFrame(
        {"text": texts.fillna(""), "label": labels, "label_name": names.where(names != "").fillna(labels)}
    )


def alike(labels: pd.Series) -> list[list[str]]:
    """Labels that may be one class written in several ways, such as 1 and 1.0, or Law and law."""
    distinct = pd.Series(sorted(labels.dropna().unique()), dtype="str")
    groups = distinct.groupby(distinct.map(core), sort=False)
    return [group.tolist() for _, group in groups if len(group) > 1]


def core(label: str) -> str:
    """What stays of a label without capitals, invisible characters, and forms of characters, blanks and numbers."""
    text = unicodedata.normalize("NFKC", label).casefold()
    text = " ".join("".join(char for char in text if unicodedata.category(char) != "Cf").split())
    text = {"true": "1", "false": "0"}.get(text, text)
    return repr(float(text)) if NUMBER.fullmatch(text) else text
