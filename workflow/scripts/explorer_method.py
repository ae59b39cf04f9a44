"""Write what the explorer shows of a method on a corpus: topics of its runs, and what they say of documents."""

from softtopics.jobs.job import job

with job("explorer {corpus} {method}".format(**snakemake.wildcards), snakemake.log[0]):
    from pathlib import Path

    from softtopics.artifacts import Corpus, load_cell
    from softtopics.metrics.counts import Counts
    from softtopics.metrics.rating import load_rater
    from softtopics.report.explorer.runs import write_method
    from softtopics.teachers.reading import with_dtype

    i, p = snakemake.input, snakemake.params
    write_method(
        Path(snakemake.output[0]).parents[2],
        "{corpus}/methods/{method}".format(**snakemake.wildcards),
        dict(zip(p.topics, map(load_cell, i.runs), strict=True)),
        Corpus.load(i.documents, i.vocabulary, i.bow),
        Counts.load(i.counts[0]),
        seeds=p.seeds,
        rate=load_rater(**with_dtype(p.rater, i.dtype), **{name: i[name] for name in p.reads}) if p.rater else None,
        **p.shown,
    )
