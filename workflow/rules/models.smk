# One job trains every seed of a cell: one corpus, method, variant and K.
CELL = "{corpus}/{method}/{variant}/k{k}"


def settings_of(wildcards):
    return settings.method_settings(config, wildcards.method, wildcards.variant)


rule train:
    input:
        documents=CORPUS + "/documents.parquet",
        vocabulary=CORPUS + "/vocabulary.txt",
        bow=CORPUS + "/bow.npz",
        hidden=lambda w: [hidden_of(w.corpus, teacher) for teacher in settings_of(w)["input"]],
        logits=lambda w: expand(TEACHER + "/logits.npy", corpus=w.corpus, teacher=settings_of(w)["teacher"] or []),
        code=lambda w: code("train.py", f"softtopics.models.{settings_of(w)['model']}"),
    output:
        RESULTS + f"/runs/{CELL}.npz",
    params:
        model=lambda w: settings_of(w)["model"],
        parameters=lambda w: settings_of(w)["parameters"],
        seeds=RUN["seeds"],
        top_words=config["evaluation"]["top_words"],
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
