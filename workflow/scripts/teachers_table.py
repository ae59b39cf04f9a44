"""Write the table of how teachers score words."""

from pathlib import Path

from softtopics.runtime import job

with job("table teachers", snakemake.log[0]):
    from softtopics.artifacts import read_json
    from softtopics.report.scores import Layout
    from softtopics.report.tables import teachers_table

    layout = Layout.load(snakemake.params.layout)
    # One file of words and one of the reading for every corpus and teacher, in this order.
    pairs = [(corpus, teacher) for corpus in layout.corpora for teacher in snakemake.params.titles]
    files = zip(pairs, snakemake.input.readings, snakemake.input.words, strict=True)
    metas = {pair: read_json(words) | read_json(reading) for pair, reading, words in files}
    teachers_table(metas, snakemake.params.titles, layout).write(Path(snakemake.output[0]).with_suffix(""))
