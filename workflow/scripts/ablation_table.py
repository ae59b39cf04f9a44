"""Write the table of one ablation."""

from pathlib import Path

from softtopics.runtime import job

with job("table {ablation}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.report.scores import Layout, read_scores
    from softtopics.report.tables import ablation_table

    p = snakemake.params
    lines = {
        corpus: {method: {str(value): variant for value, variant in pairs} for method, pairs in methods.items()}
        for corpus, methods in p.lines.items()
    }
    layout = Layout.load(p.layout, snakemake.input.audits)
    table = ablation_table(p.title, p.parameter, lines, read_scores(snakemake.input.scores), layout)
    table.write(Path(snakemake.output[0]).with_suffix(""))
