"""Score what the raw material reaches without a topic model."""

from pathlib import Path

from softtopics.runtime import job

with job("references {corpus}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import Corpus, read_array, write_table
    from softtopics.metrics.references import reference_scores

    p = snakemake.params
    scores = reference_scores(
        Corpus.load(Path(snakemake.input.documents).parent),
        dict(zip(p.readings, map(read_array, snakemake.input.hidden), strict=True)),
        dict(zip(p.teachers, map(read_array, snakemake.input.logits), strict=True)),
        temperature=p.temperature,
        topics=p.topics,
        seeds=p.seeds,
    )
    write_table(snakemake.output[0], scores, **snakemake.wildcards)
