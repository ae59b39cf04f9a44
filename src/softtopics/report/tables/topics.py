"""The most used topics of every method: share of the corpus (mean theta) and top words."""

import numpy as np
import pandas as pd

from softtopics.report.material import Material
from softtopics.report.render import Cell, Section, Table

N_WORDS = 8  # of each topic


def table(material: Material) -> Table:
    """One run of each method at the largest K; `material.settings`: shown (topics of each method), relevance."""
    layout, shown = material.layout, material.settings["shown"]
    sections, data = [], []
    for corpus, heading in layout.corpora.items():
        rows = []
        for method, title in layout.methods.items():
            run = material.runs[corpus, method]
            share, top_words = run.theta.mean(axis=0), run.top_words(N_WORDS, material.settings["relevance"])
            for position, topic in enumerate(np.argsort(-share)[:shown]):
                words = " ".join(top_words[topic])
                shown_words = Cell(words or "(no word of weight above 0)")
                rows.append([Cell(title if position == 0 else ""), Cell(f"{share[topic]:.1%}"), shown_words])
                data.append({"corpus": corpus, "method": method, "share": share[topic], "words": words})
        sections.append(Section(heading, rows))
    k = max(layout.topics)
    topics = f"{shown} topics" if shown > 1 else "topic"
    caption = f"The {topics} with the largest share of each corpus (mean theta), K = {k}, one seed."
    return Table(
        material.title, caption, ["Method", "Share", "Top words"], sections, pd.DataFrame(data), text_columns=3
    )
