"""Put the parts of a reading together."""

from softtopics.jobs.job import job

with job("merge {corpus}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import read_texts
    from softtopics.teachers.batching import distinct
    from softtopics.teachers.reading import merged, write

    rows, about = merged(snakemake.input.parts)
    write(snakemake.output, rows, distinct(read_texts(snakemake.input.documents))[2], about)
