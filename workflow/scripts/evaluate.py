"""Score every seed of a cell."""

from pathlib import Path

from softtopics.runtime import job

with job("scores {method} {variant} {corpus} K={k}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import Corpus, load_cell, write_table
    from softtopics.metrics.counts import Counts
    from softtopics.metrics.evaluate import evaluate_cell

    counts = dict(zip(snakemake.params.references, map(Counts.load, snakemake.input.counts), strict=True))
    scores = evaluate_cell(load_cell(snakemake.input.run), Corpus.load(Path(snakemake.input.documents).parent), counts)
    write_table(snakemake.output[0], scores, **snakemake.wildcards)
