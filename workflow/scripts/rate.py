"""Rate the topics of all cells of one corpus and vocabulary."""

from softtopics.jobs.job import job

with job("rating {corpus} {part}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import load_cell, write_table
    from softtopics.metrics.rating import load_rater, rate_cells
    from softtopics.teachers.reading import with_dtype

    i, p = snakemake.input, snakemake.params
    read = {name: i[name] for name in p.reads}
    rater = load_rater(**with_dtype(p.rater, i.dtype), **read)
    cells = dict(zip(map(tuple, p.cells), map(load_cell, i.runs), strict=True))
    write_table(snakemake.output[0], rate_cells(cells, rater, n_words=p.words, relevance=p.relevance))
