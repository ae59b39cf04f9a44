"""Write what the explorer shows of a corpus whatever the method: texts, classes, a map, what teachers say."""

from softtopics.jobs.job import job

with job("explorer {corpus}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import Corpus, read_array
    from softtopics.report.explorer.documents import write_documents
    from softtopics.report.explorer.soft_labels import write_labels

    i, p = snakemake.input, snakemake.params
    name = "{corpus}/corpus".format(**snakemake.wildcards)
    write_documents(
        p.data,
        name,
        Corpus.load(i.documents, i.vocabulary, i.bow),
        read_array(i.map),
        {**p.about, "teachers": p.labels},
    )
    write_labels(p.data, name, p.labels, i.logits, i.parts)
