"""Write one of the tables that arrange the main scores in another way."""

from pathlib import Path

from softtopics.runtime import job

with job("table {arranged}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.report.arrangements import backbones_table, retrieval_by_k_table
    from softtopics.report.scores import Layout, read_scores

    scores = read_scores([*snakemake.input.scores, *snakemake.input.references])
    layout = Layout.load(snakemake.params.layout, snakemake.input.audits, snakemake.input.validity)
    if snakemake.wildcards.arranged == "backbones":
        table = backbones_table(snakemake.params.backbones, scores, layout)
    else:
        table = retrieval_by_k_table(scores, layout)
    table.write(Path(snakemake.output[0]).with_suffix(""))
