"""Train one method at one K with every seed."""

from softtopics.jobs.job import job

with job("{method} {variant} {corpus} K={k}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import Corpus, save_cell
    from softtopics.models.base import TrainingData, load_model, train_cell

    i = snakemake.input
    corpus = Corpus.load(i.documents, i.vocabulary, i.bow)
    runs = train_cell(
        load_model(snakemake.params.model),
        snakemake.params.parameters,
        TrainingData.load(corpus, i.hidden, i.logits, i.vectors),
        n_topics=int(snakemake.wildcards.k),
        seeds=snakemake.params.seeds,
    )
    save_cell(snakemake.output[0], runs)
