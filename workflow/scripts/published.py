"""Put published numbers beside ours: a table and a figure."""

from pathlib import Path

from softtopics.runtime import job

with job("published", snakemake.log[0]):
    from softtopics.artifacts import read_json
    from softtopics.report import conditions, published
    from softtopics.report.scores import Layout, read_scores
    from softtopics.report.style import save

    p, inputs = snakemake.params, snakemake.input
    layout = Layout.load(p.layout, inputs.audits, inputs.validity)
    documents = dict(zip(p.layout["corpora"], [read_json(path)["documents"] for path in inputs.audits], strict=True))
    notes = {name: conditions.corpus_conditions(p.corpora[name], documents[name]) for name in p.corpora}
    rows = published.side_by_side(
        read_scores([*inputs.scores, *inputs.references]),
        [conditions.Pair(**pair) for pair in p.pairs],
        p.metrics,
        {name: block["published"] for name, block in p.corpora.items()},
        notes,
        layout,
    )
    published.published_table(rows, layout).write(Path(snakemake.output.table[0]).with_suffix(""))
    save(published.published_figure(rows, layout), Path(snakemake.output.figure[0]).with_suffix(""))
