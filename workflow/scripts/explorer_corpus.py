"""Write what the explorer shows of a corpus whatever the method: texts, classes, a map, what teachers say."""

from softtopics.jobs.job import job

with job("explorer {corpus}".format(**snakemake.wildcards), snakemake.log[0]):
    from pathlib import Path

    from softtopics.artifacts import Corpus, read_array
    from softtopics.report.explorer.documents import write_documents
    from softtopics.report.explorer.soft_labels import write_labels

    i, p = snakemake.input, snakemake.params
    name = "{corpus}/corpus".format(**snakemake.wildcards)
    data, corpus = Path(snakemake.output[0]).parents[1], Corpus.load(i.documents, i.vocabulary, i.bow)
    write_documents(data, name, corpus, corpus.of(read_array(i.map)), {**p.about, "teachers": p.labels})
    write_labels(data, name, p.labels, i.logits, i.parts, corpus)
