"""Write the table of what the rating and coherence are worth."""

from pathlib import Path

from softtopics.runtime import job

with job("table rating_validity", snakemake.log[0]):
    from softtopics.report.scores import Layout
    from softtopics.report.validity import validity_table

    layout = Layout.load(snakemake.params.layout, validity=snakemake.input.validity)
    validity_table(layout.validity, layout, snakemake.params.words).write(Path(snakemake.output[0]).with_suffix(""))
