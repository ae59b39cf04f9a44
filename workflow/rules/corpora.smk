# Any source of text -> documents, vocabulary, BoW, audit.
CORPUS = RESULTS + "/corpora/{corpus}"


def source_file(wildcards):
    """The user's files, so that a new version of them starts over."""
    return files_of(config["corpora"][wildcards.corpus]["source"])


def files_of(source):
    """The files on this machine that a source reads: a table, a folder's, a vocabulary."""
    if source["kind"] == "table":
        return [source["path"]]
    folder = local_files(source["id"]) if "id" in source else []
    return folder + ([source["vocabulary"]] if source.get("vocabulary") else [])


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
