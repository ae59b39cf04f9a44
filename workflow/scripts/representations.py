"""Score what the raw material reaches without a topic model."""

from softtopics.jobs.job import job

with job("representations {corpus}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import Corpus, read_array, write_table
    from softtopics.metrics.representations import reference_scores

    i, p = snakemake.input, snakemake.params
    scores = reference_scores(
        Corpus.load(i.documents, i.vocabulary, i.bow),
        dict(zip(p.readings, map(read_array, i.hidden), strict=True)),
        dict(zip(p.teachers, map(read_array, i.logits), strict=True)),
        temperature=p.temperature,
        topics=p.topics,
        seeds=p.seeds,
    )
    write_table(snakemake.output[0], scores, **snakemake.wildcards)
