"""Train one method at one K with every seed."""

from pathlib import Path

from softtopics.runtime import job

with job("{method} {variant} {corpus} K={k}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import Corpus, save_cell
    from softtopics.models.base import TrainingData, load_model, train_cell

    corpus = Corpus.load(Path(snakemake.input.documents).parent)
    runs = train_cell(
        load_model(snakemake.params.model),
        snakemake.params.parameters,
        TrainingData.load(corpus, snakemake.input.hidden, snakemake.input.logits),
        n_topics=int(snakemake.wildcards.k),
        seeds=snakemake.params.seeds,
        n_top_words=snakemake.params.top_words,
    )
    save_cell(snakemake.output[0], runs)
