# Any source of text -> documents, vocabulary, BoW, audit.
CORPUS = RESULTS + "/corpora/{corpus}"


def source_file(wildcards):
    """The user's file, so that a new version of it starts over."""
    source = config["corpora"][wildcards.corpus]["source"]
    return source["path"] if source["kind"] == "table" else []


rule corpus:
    input:
        source=source_file,
        code=code("corpus.py"),
    output:
        documents=CORPUS + "/documents.parquet",
        vocabulary=CORPUS + "/vocabulary.txt",
        bow=CORPUS + "/bow.npz",
        audit=CORPUS + "/audit.json",
    params:
        source=lambda w: config["corpora"][w.corpus]["source"],
        preparation=lambda w: config["corpora"][w.corpus]["preparation"],
    log:
        RESULTS + "/logs/corpora/{corpus}.log",
    benchmark:
        RESULTS + "/benchmarks/corpora/{corpus}.tsv"
    resources:
        mem_mb=memory(2),
        runtime=30,
    script:
        "../scripts/corpus.py"
