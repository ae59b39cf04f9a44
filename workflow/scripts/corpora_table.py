"""Write the table of what is in the corpora."""

from pathlib import Path

from softtopics.runtime import job

with job("table corpora", snakemake.log[0]):
    from softtopics.artifacts import read_json
    from softtopics.report.scores import Layout
    from softtopics.report.tables import corpora_table

    layout = Layout.load(snakemake.params.layout)
    # One file of documents and one of their own vocabulary for every corpus, in this order.
    files = zip(layout.corpora, snakemake.input.audits, snakemake.input.vocabularies, strict=True)
    audits = {corpus: read_json(documents) | read_json(words) for corpus, documents, words in files}
    corpora_table(audits, layout).write(Path(snakemake.output[0]).with_suffix(""))
