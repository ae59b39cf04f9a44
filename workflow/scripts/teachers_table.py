"""Write the table of how teachers score words."""

from pathlib import Path

from softtopics.runtime import job

with job("table teachers", snakemake.log[0]):
    from softtopics.artifacts import read_json
    from softtopics.report.scores import Layout
    from softtopics.report.tables import teachers_table

    layout = Layout.load(snakemake.params.layout)
    # One file of words and one of the reading for every (corpus, teacher, V), in this order.
    files = zip(snakemake.params.used, snakemake.input.readings, snakemake.input.words, strict=True)
    metas = {used: read_json(words) | read_json(reading) for used, reading, words in files}
    teachers_table(metas, snakemake.params.titles, layout).write(Path(snakemake.output[0]).with_suffix(""))
