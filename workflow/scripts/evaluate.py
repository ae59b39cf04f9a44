"""Score every seed of a cell."""

from softtopics.jobs.job import job

with job("scores {method} {variant} {corpus} K={k}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import write_table
    from softtopics.metrics.evaluate import evaluate_files

    i, p = snakemake.input, snakemake.params
    corpus = {name: i[name] for name in ("documents", "vocabulary", "bow")}
    counts = dict(zip(p.references, i.counts, strict=True))
    judges = {name: i[name] for name in ("vectors", "neighbours")}
    scores = evaluate_files(i.run, corpus, counts, judges, top_words=p.top_words, relevance=p.relevance)
    write_table(snakemake.output[0], scores, **snakemake.wildcards)
