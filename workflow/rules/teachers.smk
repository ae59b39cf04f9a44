# A model reads every document once (hidden); word scores (teacher) are a matrix product away, or, where whole words are
# scored, a second reading with the likeliest beginnings of words behind each document.
LM = STORE + "/lms/{lm}/source.json"
HIDDEN = RESULTS + "/hidden/{corpus}/{lm}/{prompt}"
TEACHER = RESULTS + "/teachers/{corpus}/{teacher}/v{v}"
PUBLISHED = RESULTS + "/hidden/{corpus}/{teacher}"  # of a teacher that is a dataset: no model reads anything
DATASET = RESULTS + "/datasets/{corpus}/{teacher}"  # ours, over the corpus's own vocabulary
FROM_DATASET = "|".join(t for t in config["teachers"] if grid.is_published(config, t)) or "-"
FROM_MODEL = "|".join(t for t in config["teachers"] if not grid.is_published(config, t)) or "-"


def kind_of(lm):
    """How the model reads: `causal_lm` or `encoder`."""
    return config["lms"][lm]["kind"]


def hidden_of(corpus, teacher):
    """The hidden states that a teacher reads from."""
    if grid.is_published(config, teacher):
        return f"{PUBLISHED}/hidden.npy".format(corpus=corpus, teacher=teacher)
    block = config["teachers"][teacher]
    return expand(HIDDEN + "/hidden.npy", corpus=corpus, lm=block["lm"], prompt=block["prompt"])[0]


def word_scores(corpus, teachers, v):
    """The logits of one or several teachers over one vocabulary."""
    return expand(TEACHER + "/logits.npy", corpus=corpus, teacher=teachers, v=v)


def scorer_of(teacher):
    """The module that scores this teacher's words."""
    block = config["teachers"][teacher]
    if kind_of(block["lm"]) == "encoder":
        return "encoder"
    return "whole_words" if block["words"]["tokens"] == "all" else "word_scores"


def model_files(wildcards):
    """What a user's folder holds, so that a new version of it starts over; only its documentation does not count."""
    source = config["lms"][wildcards.lm]["source"]
    if source["kind"] != "folder":
        return []
    folder = Path(source["path"]).expanduser()
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".md")
    return [str(path) for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts)]


rule lm:
    input:
        files=model_files,
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
        shards=RESULTS + "/shards/hidden/{corpus}/{lm}/{prompt}",
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
        documents=CORPUS + "/documents.parquet",
        hidden=lambda w: hidden_of(w.corpus, w.teacher),
        vocabulary=VOCABULARY + "/vocabulary.txt",
        lm=lambda w: expand(LM, lm=config["teachers"][w.teacher]["lm"]),
        code=lambda w: code("teacher.py", f"softtopics.teachers.{scorer_of(w.teacher)}"),
    output:
        logits=TEACHER + "/logits.npy",
        meta=TEACHER + "/meta.json",
    wildcard_constraints:
        teacher=FROM_MODEL,
    params:
        scorer=lambda w: scorer_of(w.teacher),
        words=lambda w: config["teachers"][w.teacher]["words"],
        prompt=lambda w: config["prompts"][config["teachers"][w.teacher]["prompt"]],
        extraction=lambda w: config["extraction"] if scorer_of(w.teacher) == "whole_words" else {},
        trust=lambda w: config["lms"][config["teachers"][w.teacher]["lm"]]["trust_remote_code"],
        shards=RESULTS + "/shards/teachers/{corpus}/{teacher}/v{v}",
    log:
        RESULTS + "/logs/teachers/{corpus}/{teacher}/v{v}.log",
    benchmark:
        RESULTS + "/benchmarks/teachers/{corpus}/{teacher}/v{v}.tsv"
    threads: lambda w: 8 if scorer_of(w.teacher) == "whole_words" else 1
    resources:
        mem_mb=memory(3),
        runtime=lambda w: 240 if scorer_of(w.teacher) == "whole_words" else 30,
    priority: 10
    script:
        "../scripts/teacher.py"


rule published_hidden:
    input:
        documents=CORPUS + "/documents.parquet",
        source=lambda w: files_of(config["teachers"][w.teacher]["source"]),
        code=code("published_hidden.py"),
    output:
        hidden=PUBLISHED + "/hidden.npy",
        meta=PUBLISHED + "/meta.json",
    wildcard_constraints:
        teacher=FROM_DATASET,
    params:
        source=lambda w: config["teachers"][w.teacher]["source"],
    log:
        RESULTS + "/logs/hidden/{corpus}/{teacher}.log",
    benchmark:
        RESULTS + "/benchmarks/hidden/{corpus}/{teacher}.tsv"
    resources:
        mem_mb=memory(3),
        runtime=60,
    script:
        "../scripts/published_hidden.py"


rule published_logits:
    input:
        documents=CORPUS + "/documents.parquet",
        vocabulary=VOCABULARY + "/vocabulary.txt",
        source=lambda w: files_of(config["teachers"][w.teacher]["source"]),
        code=code("published_logits.py"),
    output:
        logits=TEACHER + "/logits.npy",
        meta=TEACHER + "/meta.json",
    wildcard_constraints:
        teacher=FROM_DATASET,
    params:
        source=lambda w: config["teachers"][w.teacher]["source"],
    log:
        RESULTS + "/logs/teachers/{corpus}/{teacher}/v{v}.log",
    benchmark:
        RESULTS + "/benchmarks/teachers/{corpus}/{teacher}/v{v}.tsv"
    resources:
        mem_mb=memory(3),
        runtime=60,
    script:
        "../scripts/published_logits.py"


rule dataset:
    input:
        unpack(lambda w: corpus_files(w.corpus, own_size(w.corpus))),
        audits=lambda w: expand([CORPUS + "/audit.json", VOCABULARY + "/audit.json"], corpus=w.corpus, v=own_size(w.corpus)),
        hidden=lambda w: hidden_of(w.corpus, w.teacher),
        reading=lambda w: hidden_of(w.corpus, w.teacher).replace("hidden.npy", "meta.json"),
        logits=lambda w: word_scores(w.corpus, w.teacher, own_size(w.corpus))[0],
        words=lambda w: expand(TEACHER + "/meta.json", corpus=w.corpus, teacher=w.teacher, v=own_size(w.corpus))[0],
        code=code("dataset.py"),
    output:
        data=DATASET + "/data/train-00000-of-00001.parquet",
        vocabulary=DATASET + "/vocab.json",
        metadata=DATASET + "/metadata.json",
        card=DATASET + "/README.md",
    params:
        corpus_title=lambda w: config["corpora"][w.corpus].get("title", w.corpus),
        title=lambda w: config["teachers"][w.teacher].get("title", w.teacher),
    log:
        RESULTS + "/logs/datasets/{corpus}/{teacher}.log",
    benchmark:
        RESULTS + "/benchmarks/datasets/{corpus}/{teacher}.tsv"
    resources:
        mem_mb=memory(3),
        runtime=60,
    script:
        "../scripts/dataset.py"


rule datasets:
    input:
        [DATASET.format(**one._asdict()) + "/README.md" for one in grid.used_word_scores(config) if one.v == own_size(one.corpus)],
