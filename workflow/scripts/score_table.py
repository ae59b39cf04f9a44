"""Write one table of methods x metrics."""

from pathlib import Path

from softtopics.runtime import job

with job("table {table}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.report.scores import Layout, read_scores
    from softtopics.report.tables import score_table

    scores = read_scores([*snakemake.input.scores, *snakemake.input.references])
    layout = Layout.load(snakemake.params.layout, snakemake.input.audits, snakemake.input.validity)
    score_table(snakemake.wildcards.table, scores, layout).write(Path(snakemake.output[0]).with_suffix(""))
