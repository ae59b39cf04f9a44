# One job trains every seed of a cell: one corpus, method, variant and K.
CELL = "{corpus}/{method}/{variant}/k{k}"


def settings_of(wildcards):
    return grid.method_settings(config, wildcards.method, wildcards.variant)


def cell_size(wildcards):
    """V that a cell asks for."""
    return grid.vocabulary_size(config, wildcards.corpus, wildcards.method, wildcards.variant)


rule train:
    input:
        unpack(lambda w: corpus_files(w.corpus, cell_size(w))),
        hidden=lambda w: [hidden_of(w.corpus, teacher) for teacher in settings_of(w)["input"]],
        logits=lambda w: word_scores(w.corpus, settings_of(w)["teacher"] or [], cell_size(w)),
        vectors=lambda w: expand(VECTORS + ".npy", corpus=w.corpus, v=cell_size(w), vectors=settings_of(w)["word_vectors"] or []),
        code=lambda w: code("train.py", f"softtopics.models.{settings_of(w)['model']}"),
    output:
        RESULTS + f"/runs/{CELL}.npz",
    params:
        model=lambda w: settings_of(w)["model"],
        parameters=lambda w: settings_of(w)["parameters"],
        seeds=RUN["seeds"],
    log:
        RESULTS + f"/logs/runs/{CELL}.log",
    benchmark:
        RESULTS + f"/benchmarks/runs/{CELL}.tsv"
    threads: 1
    resources:
        mem_mb=memory(3),
        runtime=120,
    script:
        "../scripts/train.py"
