# Any source of text -> documents and their audit; documents -> a vocabulary of some size (v) and BoW
# -> vectors of its words.
CORPUS = RESULTS + "/corpora/{corpus}"
VOCABULARY = CORPUS + "/v{v}"
VECTORS = VOCABULARY + "/vectors/{vectors}"
OF_VOCABULARY = ("vocabulary_size", "min_documents")  # of a corpus's preparation; the rest is of its documents


def source_file(wildcards):
    """The user's files, so that a new version of them starts over."""
    return files_of(config["corpora"][wildcards.corpus]["source"])


def files_of(source):
    """The files on this machine that a source reads: a table, a folder's, a vocabulary."""
    if source["kind"] == "table":
        return [source["path"]]
    folder = local_files(source["id"]) if "id" in source else []
    return folder + ([source["vocabulary"]] if source.get("vocabulary") else [])


def source_name(corpus):
    """What errors call it."""
    source = config["corpora"][corpus]["source"]
    return source.get("path") or source.get("id") or f"corpora.{corpus}"


def vocabulary_source(corpus):
    """The source, if it brings its own vocabulary and BoW."""
    source = config["corpora"][corpus]["source"]
    return source if source["kind"] == "soft_labels" else None


def preparation(corpus):
    return config["corpora"][corpus]["preparation"]


def own_size(corpus):
    """V as the corpus's own block asks for it."""
    return preparation(corpus)["vocabulary_size"]


def corpus_files(corpus, v):
    """What `Corpus.load` reads, by the names of its parameters."""
    files = {"documents": CORPUS + "/documents.parquet"}
    files |= {"vocabulary": VOCABULARY + "/vocabulary.txt", "bow": VOCABULARY + "/bow.npz"}
    return {name: path.format(corpus=corpus, v=v) for name, path in files.items()}


rule corpus:
    input:
        source=source_file,
        code=code("corpus.py"),
    output:
        documents=CORPUS + "/documents.parquet",
        audit=CORPUS + "/audit.json",
    params:
        name=lambda w: source_name(w.corpus),
        source=lambda w: config["corpora"][w.corpus]["source"],
        preparation=lambda w: {k: value for k, value in preparation(w.corpus).items() if k not in OF_VOCABULARY},
    log:
        RESULTS + "/logs/corpora/{corpus}.log",
    benchmark:
        RESULTS + "/benchmarks/corpora/{corpus}.tsv"
    resources:
        mem_mb=memory(2),
        runtime=30,
    script:
        "../scripts/corpus.py"


rule vocabulary:
    input:
        documents=CORPUS + "/documents.parquet",
        source=lambda w: files_of(source) if (source := vocabulary_source(w.corpus)) else [],
        code=code("vocabulary.py"),
    output:
        vocabulary=VOCABULARY + "/vocabulary.txt",
        bow=VOCABULARY + "/bow.npz",
        audit=VOCABULARY + "/audit.json",
    params:
        name=lambda w: source_name(w.corpus),
        source=lambda w: vocabulary_source(w.corpus),
        min_documents=lambda w: preparation(w.corpus)["min_documents"],
    log:
        RESULTS + "/logs/corpora/{corpus}/v{v}.log",
    benchmark:
        RESULTS + "/benchmarks/corpora/{corpus}/v{v}.tsv"
    resources:
        mem_mb=memory(2),
        runtime=30,
    script:
        "../scripts/vocabulary.py"


rule word_vectors:
    input:
        unpack(lambda w: corpus_files(w.corpus, w.v)),
        pretrained=lambda w: [path] if (path := config["word_vectors"][w.vectors].get("path")) else [],
        code=code("word_vectors.py"),
    output:
        vectors=VECTORS + ".npy",
        meta=VECTORS + ".json",
    params:
        source=lambda w: config["word_vectors"][w.vectors],
    log:
        RESULTS + "/logs/corpora/{corpus}/v{v}/vectors/{vectors}.log",
    benchmark:
        RESULTS + "/benchmarks/corpora/{corpus}/v{v}/vectors/{vectors}.tsv"
    resources:
        mem_mb=memory(4),
        runtime=120,
    script:
        "../scripts/word_vectors.py"
