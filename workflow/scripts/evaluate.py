"""Score every seed of a cell."""

from softtopics.jobs.job import job

with job("scores {method} {variant} {corpus} K={k}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import Corpus, load_cell, write_table
    from softtopics.metrics.counts import Counts
    from softtopics.metrics.evaluate import evaluate_cell
    from softtopics.metrics.judges import Judges

    i, p = snakemake.input, snakemake.params
    counts = dict(zip(p.references, map(Counts.load, i.counts), strict=True))
    corpus = Corpus.load(i.documents, i.vocabulary, i.bow)
    judges = Judges.load(corpus.vocabulary, i.vectors, i.neighbours).among(corpus)
    settings = {"top_words": p.top_words, "relevance": p.relevance, "judges": judges}
    scores = evaluate_cell(load_cell(i.run), corpus, counts, **settings)
    write_table(snakemake.output[0], scores, **snakemake.wildcards)
