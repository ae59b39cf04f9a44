"""Write the table of the copies in the corpora."""

from pathlib import Path

from softtopics.runtime import job

with job("table duplicates", snakemake.log[0]):
    from softtopics.artifacts import read_json
    from softtopics.report.duplicates import duplicates_table
    from softtopics.report.scores import Layout

    layout = Layout.load(snakemake.params.layout)
    audits = dict(zip(layout.corpora, map(read_json, snakemake.input.audits), strict=True))
    duplicates_table(audits, layout).write(Path(snakemake.output[0]).with_suffix(""))
