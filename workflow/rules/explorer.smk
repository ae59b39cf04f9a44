# NEEDS runs, corpora, what teachers say of them, and tables. MAKES a map of each corpus, and the explorer: a page with
# its data beside it, so that an edit of one method writes that method's data alone.
from softtopics.report.explorer import plan

EXPLORER = config["report"]["explorer"]
LABELS = plan.label_settings(config)
MIXED_LABELS = [label["teacher"] for label in LABELS if label["parts"]]


localrules:
    explorer,


rule map:
    input:
        lambda w: PATHS.of_map(w.corpus),
    output:
        f"{PATHS.map}.npy",
    log:
        PATHS.log("maps/{corpus}"),
    benchmark:
        PATHS.benchmark("maps/{corpus}")
    resources:
        **needs(4, 60),
    params:
        standardize=lambda w: plan.standardized(config, w.corpus),
        code=code("map.py"),
    script:
        "../scripts/map.py"


rule explorer_corpus:
    input:
        unpack(lambda w: PATHS.of_corpus(w.corpus, PATHS.size(w.corpus))),
        map=f"{PATHS.map}.npy",
        logits=lambda w: [PATHS.of_teacher(w.corpus, label["teacher"], PATHS.size(w.corpus)) for label in LABELS],
        parts=lambda w: [
            path
            for name in MIXED_LABELS
            for path in PATHS.of_parts(w.corpus, config["teachers"][name], PATHS.size(w.corpus))
        ],
    output:
        directory(f"{PATHS.explorer_data}/{{corpus}}/corpus"),
    log:
        PATHS.log("explorer/{corpus}/corpus"),
    resources:
        **needs(3, 30),
    params:
        about=lambda w: {"texts": EXPLORER["texts"], "map_of": plan.map_title(config, w.corpus)},
        labels=LABELS,
        code=code("explorer_corpus.py"),
    script:
        "../scripts/explorer_corpus.py"


rule explorer_method:
    input:
        unpack(lambda w: PATHS.of_corpus(w.corpus, PATHS.size(w.corpus))),
        unpack(lambda w: PATHS.of_rater(w.corpus, PATHS.size(w.corpus)) if RATED else {}),
        counts=lambda w: PATHS.of_counts(w.corpus, PATHS.size(w.corpus))[:1],
        runs=lambda w: PATHS.of_runs(plan.cells(config, w.corpus, w.method)),
        rated=lambda w: PATHS.of_ratings(plan.cells(config, w.corpus, w.method)),  # then they are in the cache
        dtype=RATER_DTYPE,
    output:
        directory(f"{PATHS.explorer_data}/{{corpus}}/methods/{{method}}"),
    log:
        PATHS.log("explorer/{corpus}/{method}"),
    resources:
        **needs(3, 60),
        requests=1,
    params:
        topics=RUN["topics"],
        seeds=plan.seeds(config),
        rater=RATER_SETTINGS if RATED else {},
        reads=RATER.reads,
        shown=plan.shown(config),
        code=code("explorer_method.py", RATER_CODE),
    script:
        "../scripts/explorer_method.py"


rule explorer:
    input:
        expand(rules.explorer_corpus.output, corpus=RUN["corpora"]),
        expand(rules.explorer_method.output, corpus=RUN["corpora"], method=RUN["methods"]),
        main=f"{PATHS.table}.csv".format(table="main"),
        ablations=expand(f"{PATHS.table}.csv", table=[f"ablation_{name}" for name in RUN["ablations"]]),
        validity=expand(PATHS.validity, corpus=RUN["corpora"]) if RATED else [],
    output:
        PATHS.explorer_page,
        expand(f"{PATHS.explorer}/{{file}}", file=["explorer.js", "explorer.css", "data/experiment.js"]),
    log:
        PATHS.log("explorer/page"),
    params:
        experiment=plan.experiment(config),
        code=code("explorer.py"),
    script:
        "../scripts/explorer.py"
