"""Does a measure notice words that do not belong? AUC of the rating and of coherences, by numbers of words swapped."""

from softtopics.metrics.catalogue import entry
from softtopics.report.material import Material
from softtopics.report.render import Cell, Section, Table, counted, shortened


def table(material: Material) -> Table:
    """Measures x numbers of words swapped for every corpus: AUC with its interval, and the paired share.

    `material.settings`: words (of a topic).

    Raises:
        ValueError: it was not measured.
    """
    layout, rows = material.layout, material.layout.validity
    if rows is None:
        raise ValueError("the validity of the rating was not measured")
    swaps = sorted(rows["swapped"].unique())
    sections = []
    for corpus, heading in layout.corpora.items():
        own = rows[rows["corpus"] == corpus].set_index(["metric", "swapped"])
        lines = []
        for metric in dict.fromkeys(rows["metric"]):
            found = [own.loc[(metric, swapped)] for swapped in swaps]
            aucs = [f"{shortened(r.auc, 2)} [{shortened(r.auc_low, 2)}, {shortened(r.auc_high, 2)}]" for r in found]
            lines.append(
                [
                    Cell(text)
                    for text in (
                        entry(metric, layout.references).title,
                        *aucs,
                        *(shortened(r.paired, 2) for r in found),
                    )
                ]
            )
        sections.append(Section(f"{heading}, {counted(int(own['topics'].iloc[0]), 'topic')}", lines))
    caption = (
        f"Does a measure notice words that do not belong? Topics of the main results, {material.settings['words']} "
        f"words each, against the same with {', '.join(map(str, swaps))} words swapped for top words of other topics "
        "of the same model. AUC: the probability that a real topic is above a swapped one, with its 95% interval "
        "(bootstrap over topics); paired: above its own swapped version. Chance is .5; below it a measure prefers "
        "topics with words that do not belong. 1 is out of reach: not all real topics make sense."
    )
    caption += f" Rating: {layout.rater}." if layout.rated else ""
    if judge := layout.judges.get("embedding_coherence"):
        caption += f" Embedding coherence: by {judge}."
    columns = ["Measure", *(f"AUC, {swapped}" for swapped in swaps), *(f"Paired, {swapped}" for swapped in swaps)]
    return Table(material.title, caption, columns, sections, rows)
