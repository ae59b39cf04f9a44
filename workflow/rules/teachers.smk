# NEEDS hidden states of documents (reading.smk) and a vocabulary. MAKES word scores, which are a matrix product away, if
# no document is read again for them; and, on demand, datasets of soft labels.
FROM_DATASET = [teacher for teacher in config["teachers"] if teachers.is_precomputed(config, teacher)]
BY_COSINES = teachers.scored_by(config, "scaled_cosines")
BY_FIRST_TOKENS = teachers.scored_by(config, "word_scores")


rule teacher:
    input:
        documents=PATHS.documents,
        hidden=lambda w: PATHS.of_hidden(w.corpus, w.teacher),
        vocabulary=PATHS.words,
        lm=lambda w: PATHS.lm.format(lm=teacher_of(w)["lm"]),
    output:
        logits=f"{PATHS.teacher}/logits.npy",
        meta=f"{PATHS.teacher}/meta.json",
    log:
        PATHS.log("teachers/{corpus}/{teacher}/v{v}"),
    benchmark:
        PATHS.benchmark("teachers/{corpus}/{teacher}/v{v}")
    wildcard_constraints:
        teacher="|".join(BY_FIRST_TOKENS) or "-",
    priority: 10
    resources:
        **needs(3, 30),
    params:
        scoring=lambda w: parameters.scoring(config, w.teacher),
        code=code("teacher.py"),
    script:
        "../scripts/teacher.py"


rule encoded_words:
    input:
        vocabulary=PATHS.words,
        lm=lambda w: PATHS.lm.format(lm=teacher_of(w)["lm"]),
    output:
        words=f"{PATHS.teacher}/words.npy",
        meta=f"{PATHS.teacher}/words.json",
    log:
        PATHS.log("teachers/{corpus}/{teacher}/v{v}-words"),
    benchmark:
        PATHS.benchmark("teachers/{corpus}/{teacher}/v{v}-words")
    wildcard_constraints:
        teacher="|".join(BY_COSINES) or "-",
    resources:
        **needs(memory_of(lambda w: teacher_of(w)["lm"]), 60),
    params:
        prompt=lambda w: config["prompts"][teacher_of(w)["prompt"]],
        trust=lambda w: trusted(teacher_of(w)["lm"]),
        code=code("encoded_words.py"),
    script:
        "../scripts/encoded_words.py"


rule scaled_cosines:
    input:
        hidden=lambda w: PATHS.of_hidden(w.corpus, w.teacher),
        words=f"{PATHS.teacher}/words.npy",
        about=f"{PATHS.teacher}/words.json",
    output:
        logits=f"{PATHS.teacher}/logits.npy",
        meta=f"{PATHS.teacher}/meta.json",
    log:
        PATHS.log("teachers/{corpus}/{teacher}/v{v}"),
    benchmark:
        PATHS.benchmark("teachers/{corpus}/{teacher}/v{v}")
    wildcard_constraints:
        teacher="|".join(BY_COSINES) or "-",
    priority: 10
    resources:
        **needs(3, 30),
    params:
        scoring=lambda w: parameters.scoring(config, w.teacher),
        code=code("scaled_cosines.py"),
    script:
        "../scripts/scaled_cosines.py"


rule precomputed_hidden:
    input:
        documents=PATHS.documents,
    output:
        hidden=f"{PATHS.precomputed}/hidden.npy",
        meta=f"{PATHS.precomputed}/meta.json",
    log:
        PATHS.log("hidden/{corpus}/{teacher}"),
    wildcard_constraints:
        teacher="|".join(FROM_DATASET) or "-",
    resources:
        **needs(3, 60),
    params:
        source=lambda w: teacher_of(w)["source"],
        content=lambda w: content(parameters.files_of(teacher_of(w)["source"])),
        code=code("precomputed_hidden.py"),
    script:
        "../scripts/precomputed_hidden.py"


rule precomputed_logits:
    input:
        documents=PATHS.documents,
        vocabulary=PATHS.words,
    output:
        logits=f"{PATHS.teacher}/logits.npy",
        meta=f"{PATHS.teacher}/meta.json",
    log:
        PATHS.log("teachers/{corpus}/{teacher}/v{v}"),
    wildcard_constraints:
        teacher="|".join(FROM_DATASET) or "-",
    resources:
        **needs(3, 60),
    params:
        source=lambda w: teacher_of(w)["source"],
        content=lambda w: content(parameters.files_of(teacher_of(w)["source"])),
        code=code("precomputed_logits.py"),
    script:
        "../scripts/precomputed_logits.py"


rule dataset:
    input:
        unpack(lambda w: PATHS.of_corpus(w.corpus, PATHS.size(w.corpus))),
        audits=lambda w: expand(
            [f"{PATHS.corpus}/audit.json", f"{PATHS.vocabulary}/audit.json"], corpus=w.corpus, v=PATHS.size(w.corpus)
        ),
        hidden=lambda w: PATHS.of_hidden(w.corpus, w.teacher),
        reading=lambda w: PATHS.of_hidden(w.corpus, w.teacher, "meta.json"),
        logits=lambda w: PATHS.of_teacher(w.corpus, w.teacher, PATHS.size(w.corpus)),
        words=lambda w: PATHS.of_teacher(w.corpus, w.teacher, PATHS.size(w.corpus), "meta.json"),
    output:
        data=f"{PATHS.dataset}/data/train-00000-of-00001.parquet",
        vocabulary=f"{PATHS.dataset}/vocab.json",
        metadata=f"{PATHS.dataset}/metadata.json",
        card=f"{PATHS.dataset}/README.md",
    log:
        PATHS.log("datasets/{corpus}/{teacher}"),
    resources:
        **needs(3, 60),
    params:
        corpus_title=lambda w: config["corpora"][w.corpus]["title"],
        title=lambda w: teacher_of(w)["title"],
        code=code("dataset.py"),
    script:
        "../scripts/dataset.py"


rule datasets:
    input:
        PATHS.of_datasets(),
