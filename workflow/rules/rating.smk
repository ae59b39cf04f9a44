# How well the words of topics go together, as a rater of the config's kind says; and what its word is worth.
RATING = RESULTS + "/ratings/{corpus}/v{v}/{part}.csv"
ASSOCIATIONS = RESULTS + "/ratings/{corpus}/v{v}/associations.npy"
VALIDITY = RESULTS + "/ratings/{corpus}/validity.csv"
RATER = config["rating"]
RATING_JOBS = grid.rating_jobs(config) if RATER["enabled"] else {}

wildcard_constraints:
    part="|".join({job.part for job in RATING_JOBS}) or "-",


def rating_files(cells):
    """The files with the ratings of some cells, where rating is turned on."""
    wanted = set(cells)
    return [RATING.format(**job._asdict()) for job, own in RATING_JOBS.items() if wanted & set(own)]


def validity_files(shown=True):
    return expand(VALIDITY, corpus=RUN["corpora"]) if RATER["enabled"] and shown else []


def run_files(cells):
    return [f"{RESULTS}/runs/{CELL}.npz".format(**cell._asdict()) for cell in cells]


def rater_files(corpus, v):
    """What the rater reads beside topics, by the names of its parameters."""
    files = {
        "server": {},
        "lm": {"lm": LM.format(lm=RATER["lm"])},
        "likelihood": {"logits": ASSOCIATIONS, "vocabulary": VOCABULARY + "/vocabulary.txt"},
    }[RATER["kind"]]
    return {name: path.format(corpus=corpus, v=v) for name, path in files.items()}


def rater_settings():
    """The rater's own keys of the config."""
    keys = {"server": ["base_url", "model", "api_key_env", "retries", "parallel"], "lm": ["chat"], "likelihood": []}
    own = {key: RATER[key] for key in keys[RATER["kind"]]}
    if RATER["kind"] == "lm":
        own |= {**config["extraction"], "trust_remote_code": config["lms"][RATER["lm"]]["trust_remote_code"]}
    if RATER["kind"] != "likelihood":
        own |= {"cache": RESULTS + "/ratings/cache.jsonl", **({"prompt": RATER["prompt"]} if RATER["prompt"] else {})}
    return {"kind": RATER["kind"], **own}


def rater_title():
    """How tables call the rater and its scale; nothing where nobody rates."""
    if not RATER["enabled"]:
        return ""
    if RATER["kind"] == "server":
        return f"the answer of {RATER['model']}, 1 to 3"
    title = titles("lms", [RATER["lm"]])[RATER["lm"]]
    likelihood = f"likelihood of a topic's words given each other under {title}, 0 to 1"
    how = likelihood if RATER["kind"] == "likelihood" else f"the expected answer of {title}, 1 to 3"
    teachers = [config["methods"][method]["teacher"] for method in RUN["methods"]]
    taught = any(teacher and config["teachers"][teacher].get("lm") == RATER["lm"] for teacher in teachers)
    return how + (" (it may favour the methods that it teaches)" if taught else "")


rule associations:
    input:
        vocabulary=VOCABULARY + "/vocabulary.txt",
        lm=lambda w: LM.format(lm=RATER["lm"]),
        code=code("associations.py"),
    output:
        logits=ASSOCIATIONS,
        meta=RESULTS + "/ratings/{corpus}/v{v}/associations.json",
    params:
        prompt=RATER["prompt"],
        extraction=config["extraction"],
        trust=lambda w: config["lms"][RATER["lm"]]["trust_remote_code"],
    log:
        RESULTS + "/logs/ratings/{corpus}/v{v}/associations.log",
    benchmark:
        RESULTS + "/benchmarks/ratings/{corpus}/v{v}/associations.tsv"
    threads: 8
    resources:
        mem_mb=memory(3),
        runtime=60,
    script:
        "../scripts/associations.py"


rule rate:
    input:
        unpack(lambda w: rater_files(w.corpus, w.v)),
        runs=lambda w: run_files(RATING_JOBS[w.corpus, int(w.v), w.part]),
        code=code("rate.py", f"softtopics.metrics.raters.{RATER['kind']}"),
    output:
        RATING,
    params:
        rater=rater_settings(),
        cells=lambda w: [tuple(cell) for cell in RATING_JOBS[w.corpus, int(w.v), w.part]],
        words=RATER["words"],
    log:
        RESULTS + "/logs/ratings/{corpus}/v{v}/{part}.log",
    benchmark:
        RESULTS + "/benchmarks/ratings/{corpus}/v{v}/{part}.tsv"
    threads: 8 if RATER["kind"] == "lm" else 1
    resources:
        requests=1,  # `--resources requests=4` bounds the jobs that ask a server at once
        mem_mb=memory(3),
        runtime=240,
    script:
        "../scripts/rate.py"


rule validity:
    input:
        unpack(lambda w: rater_files(w.corpus, own_size(w.corpus))),
        runs=lambda w: run_files(RATING_JOBS[w.corpus, own_size(w.corpus), "main"]),
        rated=lambda w: RATING.format(corpus=w.corpus, v=own_size(w.corpus), part="main"),  # then they are in the cache
        counts=lambda w: expand(
            COUNTS, corpus=w.corpus, v=own_size(w.corpus), reference=config["evaluation"]["coherence"]["references"]
        ),
        code=code("validity.py", f"softtopics.metrics.raters.{RATER['kind']}"),
    output:
        VALIDITY,
    params:
        rater=rater_settings(),
        words=RATER["words"],
        topics=RATER["validity_topics"],
        references=config["evaluation"]["coherence"]["references"],
    log:
        RESULTS + "/logs/ratings/{corpus}/validity.log",
    benchmark:
        RESULTS + "/benchmarks/ratings/{corpus}/validity.tsv"
    threads: 8 if RATER["kind"] == "lm" else 1
    resources:
        requests=1,
        mem_mb=memory(3),
        runtime=240,
    script:
        "../scripts/validity.py"
