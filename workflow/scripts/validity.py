"""Measure what the rating and coherence are worth: do they notice words that do not belong to a topic?"""

from softtopics.jobs.job import job

with job("validity {corpus}".format(**snakemake.wildcards), snakemake.log[0]):
    import pandas as pd

    from softtopics.artifacts import load_cell, read_words, write_table
    from softtopics.metrics.counts import Counts
    from softtopics.metrics.rating import load_rater
    from softtopics.metrics.validity import coherence_rates, embedding_rates, swap_words, validity
    from softtopics.teachers.reading import with_dtype

    i, p, rates = snakemake.input, snakemake.params, {}
    if p.rater:
        rates |= {"llm_rating": load_rater(**with_dtype(p.rater, i.dtype), **{name: i[name] for name in p.reads})}
    rates |= embedding_rates(read_words(i.words), i.judge)
    for reference, path in zip(p.references, i.counts, strict=True):
        rates |= coherence_rates(Counts.load(path), reference)
    drawn = swap_words(
        [run.top_words(p.words, p.relevance) for path in i.runs for run in load_cell(path)], n_topics=p.topics
    )
    tables = [validity(rate, drawn).assign(metric=metric) for metric, rate in rates.items()]
    write_table(snakemake.output[0], pd.concat(tables), **snakemake.wildcards)
