# NEEDS a corpus and, as the method says, hidden states, word scores and word vectors. MAKES one file of trained runs for
# each cell (a corpus, method, variant and K, with every seed), and beside it what `softtopics.apply` needs of the models.


rule train:
    input:
        unpack(lambda w: PATHS.of_cell(cell_of(w))),
    output:
        runs=PATHS.runs,
        model=PATHS.models,
    log:
        PATHS.log(f"runs/{CELL}"),
    benchmark:
        PATHS.benchmark(f"runs/{CELL}")
    resources:
        **needs(3, 120),
    params:
        model=lambda w: settings_of(w)["model"],
        parameters=lambda w: settings_of(w)["parameters"],
        seeds=RUN["seeds"],
        application=lambda w: parameters.application(PATHS, cell_of(w)),
        code=lambda w: code("train.py", f"softtopics.models.{settings_of(w)['model']}"),
    script:
        "../scripts/train.py"
