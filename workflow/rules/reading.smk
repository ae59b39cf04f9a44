# NEEDS the documents of a corpus and a vocabulary. MAKES the language models' folders, and what a model has to read
# documents for: hidden states, and the scores of whole words, with the likeliest beginnings of words behind each document;
# no document is read twice where both are wanted (`PATHS.of_hidden`). These are the jobs that want a GPU. With
# `extraction: {jobs: 8}` each of them is 8, and another job puts the parts together.
WHOLE_WORDS = teachers.scored_by(config, "whole_words")


rule lm:
    output:
        PATHS.lm,
    log:
        PATHS.lm_log,
    benchmark:
        PATHS.lm_benchmark
    resources:
        **needs(memory_of(lambda w: w.lm), 60),
    params:
        source=lambda w: config["lms"][w.lm]["source"],
        content=lambda w: content(parameters.model_files(config["lms"][w.lm]["source"])),
        kind=lambda w: config["lms"][w.lm]["kind"],
        trust=lambda w: trusted(w.lm),
        code=code("lm.py"),
    script:
        "../scripts/lm.py"


rule dtype:
    output:
        PATHS.dtype,
    log:
        PATHS.log("dtype"),
    priority: 10
    resources:
        **needs(2, 10),
    params:
        code=code("dtype.py"),
    script:
        "../scripts/dtype.py"


rule thoughts:
    input:
        documents=PATHS.documents,
        words=words_read,
        lm=PATHS.lm,
        dtype=PATHS.of_dtype(),
    output:
        **made_by_reading(PATHS.thoughts, "thoughts"),
    log:
        PATHS.log(PATHS.share("thoughts/{corpus}/{lm}/{prompt}")),
    benchmark:
        PATHS.benchmark(PATHS.share("thoughts/{corpus}/{lm}/{prompt}"))
    priority: 10
    threads: 8
    resources:
        **needs(memory_of(lambda w: w.lm), 240),
    params:
        prompt=lambda w: config["prompts"][w.prompt],
        extraction=teachers.extraction(config),
        trust=lambda w: trusted(w.lm),
        share=share_of,
        shards=PATHS.shards(PATHS.share("thoughts/{corpus}/{lm}/{prompt}")),
        code=code("thoughts.py"),
    script:
        "../scripts/thoughts.py"


rule hidden:
    input:
        documents=PATHS.documents,
        words=words_read,
        thoughts=lambda w: PATHS.of_thoughts(w.corpus, w.lm, w.prompt),
        lm=PATHS.lm,
        dtype=PATHS.of_dtype(),
    output:
        **made_by_reading(PATHS.hidden, "hidden"),
    log:
        PATHS.log(PATHS.share("hidden/{corpus}/{lm}/{prompt}")),
    benchmark:
        PATHS.benchmark(PATHS.share("hidden/{corpus}/{lm}/{prompt}"))
    priority: 10  # everything else waits for it
    threads: 8
    resources:
        **needs(memory_of(lambda w: w.lm), 240),
    params:
        kind=lambda w: config["lms"][w.lm]["kind"],
        prompt=lambda w: config["prompts"][w.prompt],
        extraction=teachers.extraction(config),
        trust=lambda w: trusted(w.lm),
        share=share_of,
        shards=PATHS.shards(PATHS.share("hidden/{corpus}/{lm}/{prompt}")),
        code=lambda w: code("hidden.py", f"softtopics.teachers.{config['lms'][w.lm]['kind']}"),
    script:
        "../scripts/hidden.py"


rule whole_words:
    input:
        documents=PATHS.documents,
        words=words_read,
        thoughts=lambda w: PATHS.of_thoughts(w.corpus, teacher_of(w)["lm"], teacher_of(w)["prompt"]),
        vocabulary=PATHS.words,
        lm=lambda w: PATHS.lm.format(lm=teacher_of(w)["lm"]),
        dtype=PATHS.of_dtype(),
    output:
        **made_by_reading(PATHS.teacher, "hidden", "logits"),
    log:
        PATHS.log(PATHS.share("teachers/{corpus}/{teacher}/v{v}")),
    benchmark:
        PATHS.benchmark(PATHS.share("teachers/{corpus}/{teacher}/v{v}"))
    wildcard_constraints:
        teacher="|".join(WHOLE_WORDS) or "-",
    priority: 10
    threads: 8
    resources:
        **needs(memory_of(lambda w: teacher_of(w)["lm"]), 240),
    params:
        scoring=lambda w: parameters.scoring(config, w.teacher),
        extraction=teachers.extraction(config),
        share=share_of,
        shards=PATHS.shards(PATHS.share("teachers/{corpus}/{teacher}/v{v}")),
        code=code("whole_words.py"),
    script:
        "../scripts/whole_words.py"


MERGED = [
    (PATHS.thoughts, ["thoughts"], "thoughts/{corpus}/{lm}/{prompt}"),
    (PATHS.hidden, ["hidden"], "hidden/{corpus}/{lm}/{prompt}"),
    (PATHS.teacher, ["hidden", "logits"], "teachers/{corpus}/{teacher}/v{v}"),
]
for folder, arrays, name in MERGED if SHARES > 1 else []:

    rule:
        name:
            f"merge_{arrays[-1]}"
        input:
            documents=PATHS.documents,
            words=words_read,
            parts=expand(PATHS.part(folder), share=range(SHARES), allow_missing=True),
        output:
            **reading_in(folder, *arrays),
        log:
            PATHS.log(f"{name}/merged"),
        wildcard_constraints:
            teacher="|".join(WHOLE_WORDS) or "-",
        resources:
            **needs(3, 30),
        params:
            code=code("merge.py"),
        script:
            "../scripts/merge.py"
