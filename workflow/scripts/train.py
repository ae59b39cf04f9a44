"""Train one method at one K with every seed."""

from softtopics.jobs.job import job

with job("{method} {variant} {corpus} K={k}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import Corpus, save_cell
    from softtopics.models.base import TrainingData, load_model, train_cell
    from softtopics.models.saved import save_learned

    i, p, k = snakemake.input, snakemake.params, int(snakemake.wildcards.k)
    corpus = Corpus.load(i.documents, i.vocabulary, i.bow)
    runs = train_cell(
        load_model(p.model),
        p.parameters,
        TrainingData.load(corpus, i.hidden, i.logits, i.vectors),
        n_topics=k,
        seeds=p.seeds,
        held_out=None if corpus.held_out is None else TrainingData.load(corpus.held_out, i.hidden),
    )
    save_cell(snakemake.output.runs, runs)
    about = {"model": p.model, "parameters": p.parameters, "n_topics": k, **p.application}
    files = {name: [i[name]] if isinstance(i[name], str) else list(i[name]) for name in i.keys()}  # noqa: SIM118
    save_learned(snakemake.output.model, runs, about, files)
