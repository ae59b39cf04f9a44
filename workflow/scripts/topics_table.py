"""Write the table of top words."""

from pathlib import Path

from softtopics.runtime import job

with job("table topics", snakemake.log[0]):
    from softtopics.artifacts import load_cell
    from softtopics.report.scores import Layout
    from softtopics.report.tables import topics_table

    layout = Layout.load(snakemake.params.layout)
    # One file for every corpus and method, in this order.
    cells = [(corpus, method) for corpus in layout.corpora for method in layout.methods]
    runs = {cell: load_cell(path)[0] for cell, path in zip(cells, snakemake.input.runs, strict=True)}
    table = topics_table(runs, layout, max(layout.topics), snakemake.params.shown)
    table.write(Path(snakemake.output[0]).with_suffix(""))
