"""How every teacher read a corpus and scored its words."""

import pandas as pd

from softtopics.report.material import Material
from softtopics.report.render import Cell, Section, Table

SHOWN = 6  # colliding words that are named


def table(material: Material) -> Table:
    """A row for every teacher and vocabulary size of a corpus; `material.settings`: titles of the teachers."""
    titles = material.settings["titles"]
    sections, data = [], []
    for corpus, heading in material.layout.corpora.items():
        rows = []
        for (_, teacher, v), meta in ((key, meta) for key, meta in material.teachers.items() if key[0] == corpus):
            scored = scored_by(meta)
            collided = meta.get("collided_words", {})
            count = str(meta["collisions"]) if "collisions" in meta else "–"
            some = " ".join(list(collided)[:SHOWN])
            rows.append([Cell(text) for text in (titles[teacher], scored, meta["dtype"], some, f"{v}", count)])
            data.append(
                {"corpus": corpus, "teacher": teacher, "v": v, "scored": scored, "dtype": meta["dtype"]}
                | {"collisions": meta.get("collisions"), "collided_words": " ".join(collided)}
            )
        sections.append(Section(heading, rows))
    caption = (
        "How words are scored. Collisions: words that share all their scored tokens with another word, and so their "
        "score; the CSV file lists them all. Type: what the model computed in. V: size of the vocabulary asked for."
    )
    caption += "".join(
        f" {titles[teacher]} wrote first, for example: {'; '.join(map(repr, filter(None, meta['thoughts'])))}."
        for (_, teacher, _), meta in material.teachers.items()
        if any(meta.get("thoughts", []))
    )
    columns = ["Teacher", "Words scored by", "Type", "Some that collide", "V", "Collisions"]
    return Table(material.title, caption, columns, sections, pd.DataFrame(data), text_columns=4)


def scored_by(meta: dict) -> str:
    """How a teacher came by the scores of words."""
    if source := meta.get("source"):
        return f"as published in {source['id']}"
    if parts := meta.get("parts"):
        named = [
            f"{part['weight']:g} x " + ("own words" if part["of"] == "words" else forms_of(part["words"]))
            for part in parts
        ]
        around = meta["neighbours"]
        return " + ".join(named) + (f", averaged over {around['count']} documents" if around else "")
    scored = forms_of(meta["words"])
    exact = f" ({meta['branches']} of {meta['beginnings']} beginnings exact)" if "branches" in meta else ""
    return scored + exact


def forms_of(words: dict) -> str:
    """What of a word is scored."""
    if "published" in words:
        return "published scores"
    scored = "cosine" if "scale" in words else " + ".join(words["forms"])
    return scored + (", whole words" if words["tokens"] == "all" else "")
