# A model reads every document once (hidden); word scores are a matrix product away (teacher).
LM = STORE + "/lms/{lm}/source.json"
HIDDEN = RESULTS + "/hidden/{corpus}/{lm}/{prompt}"
TEACHER = RESULTS + "/teachers/{corpus}/{teacher}"


def kind_of(lm):
    """How the model reads: `causal_lm` or `encoder`."""
    return config["lms"][lm]["kind"]


def hidden_of(corpus, teacher):
    """The hidden states that a teacher reads from."""
    block = config["teachers"][teacher]
    return expand(HIDDEN + "/hidden.npy", corpus=corpus, lm=block["lm"], prompt=block["prompt"])[0]


rule lm:
    input:
        code=code("lm.py"),
    output:
        LM,
    params:
        source=lambda w: config["lms"][w.lm]["source"],
        kind=lambda w: kind_of(w.lm),
        trust_remote_code=lambda w: config["lms"][w.lm]["trust_remote_code"],
    log:
        STORE + "/lms/{lm}.log",
    benchmark:
        STORE + "/lms/{lm}.tsv"
    resources:
        mem_mb=memory(3),
        runtime=60,
    script:
        "../scripts/lm.py"


rule hidden:
    input:
        documents=CORPUS + "/documents.parquet",
        lm=LM,
        code=lambda w: code("hidden.py", f"softtopics.teachers.{kind_of(w.lm)}"),
    output:
        hidden=HIDDEN + "/hidden.npy",
        meta=HIDDEN + "/meta.json",
    params:
        kind=lambda w: kind_of(w.lm),
        prompt=lambda w: config["prompts"][w.prompt],
        extraction=config["extraction"],
        trust=lambda w: config["lms"][w.lm]["trust_remote_code"],
    log:
        RESULTS + "/logs/hidden/{corpus}/{lm}/{prompt}.log",
    benchmark:
        RESULTS + "/benchmarks/hidden/{corpus}/{lm}/{prompt}.tsv"
    threads: 8
    resources:
        mem_mb=memory(3),
        runtime=240,
    priority: 10  # everything else waits for it
    script:
        "../scripts/hidden.py"


rule teacher:
    input:
        hidden=lambda w: hidden_of(w.corpus, w.teacher),
        vocabulary=CORPUS + "/vocabulary.txt",
        lm=lambda w: expand(LM, lm=config["teachers"][w.teacher]["lm"]),
        code=code("teacher.py"),
    output:
        logits=TEACHER + "/logits.npy",
        meta=TEACHER + "/meta.json",
    params:
        kind=lambda w: kind_of(config["teachers"][w.teacher]["lm"]),
        words=lambda w: config["teachers"][w.teacher]["words"],
        prompt=lambda w: config["prompts"][config["teachers"][w.teacher]["prompt"]],
        trust=lambda w: config["lms"][config["teachers"][w.teacher]["lm"]]["trust_remote_code"],
    log:
        RESULTS + "/logs/teachers/{corpus}/{teacher}.log",
    benchmark:
        RESULTS + "/benchmarks/teachers/{corpus}/{teacher}.tsv"
    resources:
        mem_mb=memory(3),
        runtime=30,
    script:
        "../scripts/teacher.py"
