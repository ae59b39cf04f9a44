# NEEDS runs, corpora and, for reference rows, what teachers made of them. MAKES tidy scores of every cell and of what is
# no topic model; ratings of how well the words of topics go together, and what these ratings are worth.
from softtopics.metrics import catalogue as measures
from softtopics.metrics.raters import catalogue as raters

COHERENCE = config["evaluation"]["coherence"]
EXTERNAL = config["reference_texts"]
MODULES = [f"softtopics.metrics.{name}" for name in measures.modules()]
RATED = config["rating"]["enabled"]
RATER = raters.RATERS[config["rating"]["kind"]]
RATER_CODE = f"softtopics.metrics.raters.{config['rating']['kind']}"
RATER_SETTINGS = raters.settings(config, PATHS.rating_cache)
# A rater that loads a language model is another rule for a cluster, which gives it a GPU.
RATED_BY_LM = RATED and RATER.loads_lm
WITH_LM = "_with_lm" if RATED_BY_LM else ""
RATER_DTYPE = PATHS.of_dtype() if RATED_BY_LM else []
RATER_MEMORY = memory_of(lambda w: config["rating"]["lm"]) if RATED_BY_LM else 3
REFERENCE_TEACHERS = [name for name in RUN["references"] if name in config["teachers"]]
READINGS = teachers.with_states(config, RUN["references"])


rule counts:
    input:
        documents=lambda w: [] if w.reference in EXTERNAL else PATHS.documents.format(corpus=w.corpus),
        vocabulary=PATHS.words,
    output:
        PATHS.counts,
    log:
        PATHS.log("counts/{corpus}/v{v}/{reference}"),
    benchmark:
        PATHS.benchmark("counts/{corpus}/v{v}/{reference}")
    threads: lambda w: 1 if w.reference == "corpus" else 8  # one reads and counts, all tokenise
    resources:
        **needs(3, 240),
    params:
        external=lambda w: parameters.untitled(EXTERNAL[w.reference]) if w.reference in EXTERNAL else None,
        content=lambda w: content([EXTERNAL[w.reference]["path"]] if w.reference in EXTERNAL else []),
        language=lambda w: config["corpora"][w.corpus]["preparation"]["language"],
        c_v=COHERENCE["c_v"],
        code=code("counts.py"),
    script:
        "../scripts/counts.py"


rule evaluate:
    input:
        unpack(lambda w: PATHS.of_corpus(w.corpus, cell_size(w))),
        unpack(lambda w: PATHS.of_judges(w.corpus, cell_size(w))),
        counts=lambda w: PATHS.of_counts(w.corpus, cell_size(w)),
        run=PATHS.runs,
    output:
        PATHS.scores,
    log:
        PATHS.log(f"scores/{CELL}"),
    benchmark:
        PATHS.benchmark(f"scores/{CELL}")
    resources:
        **needs(2, 60),
    params:
        references=COHERENCE["references"],
        top_words=config["evaluation"]["top_words"],
        relevance=config["evaluation"]["relevance"],
        code=code("evaluate.py", *MODULES),
    script:
        "../scripts/evaluate.py"


rule representations:
    input:
        unpack(lambda w: PATHS.of_corpus(w.corpus, PATHS.size(w.corpus))),
        hidden=lambda w: [PATHS.of_states(w.corpus, name) for name in READINGS],
        logits=lambda w: [PATHS.of_teacher(w.corpus, t, PATHS.size(w.corpus)) for t in REFERENCE_TEACHERS],
    output:
        PATHS.representations,
    log:
        PATHS.log("scores/{corpus}/representations"),
    benchmark:
        PATHS.benchmark("scores/{corpus}/representations")
    resources:
        **needs(3, 60),
    params:
        readings=READINGS,
        teachers=REFERENCE_TEACHERS,
        temperature=config["evaluation"]["reference_temperature"],
        topics=RUN["topics"],
        seeds=RUN["seeds"],
        code=code("representations.py"),
    script:
        "../scripts/representations.py"


rule associations:
    input:
        vocabulary=PATHS.words,
        lm=lambda w: PATHS.lm.format(lm=config["rating"]["lm"]),
        dtype=PATHS.of_dtype(),
    output:
        logits=f"{PATHS.associations}.npy",
        meta=f"{PATHS.associations}.json",
    log:
        PATHS.log("ratings/{corpus}/v{v}/associations"),
    benchmark:
        PATHS.benchmark("ratings/{corpus}/v{v}/associations")
    priority: 10
    threads: 8
    resources:
        **needs(memory_of(lambda w: config["rating"]["lm"]), 60),
    params:
        prompt=config["rating"]["prompt"],
        extraction=teachers.extraction(config),
        trust=lambda w: trusted(config["rating"]["lm"]),
        code=code("associations.py"),
    script:
        "../scripts/associations.py"


rule rate:
    name:
        f"rate{WITH_LM}"
    input:
        unpack(lambda w: PATHS.of_rater(w.corpus, w.v)),
        dtype=RATER_DTYPE,
        runs=lambda w: PATHS.of_runs(PATHS.rating_jobs[w.corpus, int(w.v), w.part]),
    output:
        PATHS.ratings,
    log:
        PATHS.log("ratings/{corpus}/v{v}/{part}"),
    benchmark:
        PATHS.benchmark("ratings/{corpus}/v{v}/{part}")
    threads: 8 if RATED_BY_LM else 1
    resources:
        **needs(RATER_MEMORY, 240),
        requests=1,  # `--resources requests=4` bounds the jobs that ask a server at once
    params:
        rater=RATER_SETTINGS,
        reads=RATER.reads,
        cells=lambda w: [tuple(cell) for cell in PATHS.rating_jobs[w.corpus, int(w.v), w.part]],
        words=config["rating"]["words"],
        relevance=config["evaluation"]["relevance"],
        code=code("rate.py", RATER_CODE),
    script:
        "../scripts/rate.py"


rule validity:
    name:
        f"validity{WITH_LM}"
    input:
        unpack(lambda w: PATHS.of_rater(w.corpus, PATHS.size(w.corpus)) if RATED else {}),
        judge=lambda w: PATHS.of_judges(w.corpus, PATHS.size(w.corpus))["vectors"],
        words=lambda w: PATHS.words.format(corpus=w.corpus, v=PATHS.size(w.corpus)),
        dtype=RATER_DTYPE,
        runs=lambda w: PATHS.main_runs(w.corpus),
        # Once they are there, answers are in the cache.
        rated=lambda w: PATHS.ratings.format(corpus=w.corpus, v=PATHS.size(w.corpus), part="main") if RATED else [],
        counts=lambda w: PATHS.of_counts(w.corpus, PATHS.size(w.corpus)),
    output:
        PATHS.validity,
    log:
        PATHS.log("ratings/{corpus}/validity"),
    benchmark:
        PATHS.benchmark("ratings/{corpus}/validity")
    threads: 8 if RATED_BY_LM else 1
    resources:
        **needs(RATER_MEMORY, 240),
        requests=1,
    params:
        rater=RATER_SETTINGS if RATED else {},
        reads=RATER.reads,
        words=config["rating"]["words"],
        relevance=config["evaluation"]["relevance"],
        topics=config["rating"]["validity_topics"],
        references=COHERENCE["references"],
        code=code("validity.py", RATER_CODE),
    script:
        "../scripts/validity.py"
