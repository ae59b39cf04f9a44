"""Let a chat model rate the topics of every seed of a cell."""

from softtopics.runtime import job

with job("rating {method} {variant} {corpus} K={k}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import load_cell, write_table
    from softtopics.metrics.rating import rate_cell

    p = snakemake.params
    scores = rate_cell(load_cell(snakemake.input.run), top_words=p.top_words, cache=p.cache, **p.rating)
    write_table(snakemake.output[0], scores, **snakemake.wildcards)
