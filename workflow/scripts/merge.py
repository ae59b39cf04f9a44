"""Put the parts of a reading together."""

from softtopics.jobs.job import job

with job("merge {corpus}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.teachers.batching import distinct
    from softtopics.teachers.reading import merged, texts_for, write

    i = snakemake.input
    found, about = merged(i.parts)
    write(snakemake.output, found, distinct(texts_for(i.documents, i.words))[2], about)
