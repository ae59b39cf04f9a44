# Tidy scores of every cell and of the reference rows.
COUNTS = RESULTS + "/counts/{corpus}/v{v}/{reference}.npz"
COHERENCE = config["evaluation"]["coherence"]
SCORES = RESULTS + f"/scores/{CELL}.csv"
REFERENCE = RESULTS + "/scores/{corpus}/references.csv"


def score_files(cells):
    return [SCORES.format(**cell._asdict()) for cell in cells]


def readings():
    """The first reference teacher of each reading: several may score words on the same hidden states."""
    first = {}
    for teacher in RUN["references"]:
        first.setdefault(grid.reading(config, teacher), teacher)
    return list(first.values())


def reference_text(wildcards):
    """The settings of an external reference; nothing for the corpus itself."""
    return config["reference_texts"].get(wildcards.reference, {})


rule counts:
    input:
        texts=lambda w: reference_text(w).get("path", f"{RESULTS}/corpora/{w.corpus}/documents.parquet"),
        vocabulary=VOCABULARY + "/vocabulary.txt",
        code=code("counts.py"),
    output:
        COUNTS,
    params:
        external=lambda w: w.reference != "corpus",
        text=lambda w: reference_text(w).get("text"),
        c_v=COHERENCE["c_v"],
    log:
        RESULTS + "/logs/counts/{corpus}/v{v}/{reference}.log",
    benchmark:
        RESULTS + "/benchmarks/counts/{corpus}/v{v}/{reference}.tsv"
    threads: lambda w: 1 if w.reference == "corpus" else 8  # one reads and counts, all tokenise
    resources:
        mem_mb=memory(3),
        runtime=240,
    script:
        "../scripts/counts.py"


rule evaluate:
    input:
        unpack(lambda w: corpus_files(w.corpus, cell_size(w))),
        counts=lambda w: expand(COUNTS, corpus=w.corpus, v=cell_size(w), reference=COHERENCE["references"]),
        run=RESULTS + f"/runs/{CELL}.npz",
        code=code("evaluate.py"),
    output:
        SCORES,
    params:
        references=COHERENCE["references"],
        top_words=config["evaluation"]["top_words"],
    log:
        RESULTS + f"/logs/scores/{CELL}.log",
    benchmark:
        RESULTS + f"/benchmarks/scores/{CELL}.tsv"
    threads: 1
    resources:
        mem_mb=memory(2),
        runtime=60,
    script:
        "../scripts/evaluate.py"


rule references:
    input:
        unpack(lambda w: corpus_files(w.corpus, own_size(w.corpus))),
        hidden=lambda w: [hidden_of(w.corpus, teacher) for teacher in readings()],
        logits=lambda w: word_scores(w.corpus, RUN["references"], own_size(w.corpus)),
        code=code("references.py"),
    output:
        REFERENCE,
    params:
        readings=readings(),
        teachers=RUN["references"],
        temperature=config["evaluation"]["reference_temperature"],
        topics=RUN["topics"],
        seeds=RUN["seeds"],
    log:
        RESULTS + "/logs/scores/{corpus}/references.log",
    benchmark:
        RESULTS + "/benchmarks/scores/{corpus}/references.tsv"
    threads: 1
    resources:
        mem_mb=memory(3),
        runtime=60,
    script:
        "../scripts/references.py"


rule scores:
    input:
        cells=score_files(grid.all_cells(config)) + rating_files(grid.all_cells(config)),
        references=expand(REFERENCE, corpus=RUN["corpora"]),
        code=code("scores.py"),
    output:
        RESULTS + "/scores.csv",
    log:
        RESULTS + "/logs/scores.log",
    benchmark:
        RESULTS + "/benchmarks/scores.tsv"
    localrule: True
    script:
        "../scripts/scores.py"
