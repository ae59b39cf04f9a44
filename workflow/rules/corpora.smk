# NEEDS a source of text. MAKES its documents and their audit; a vocabulary of some size (v) and the BoW over it; vectors
# of its words, for which an encoder may have read them (teachers.smk).


rule corpus:
    output:
        documents=PATHS.documents,
        audit=f"{PATHS.corpus}/audit.json",
    log:
        PATHS.log("corpora/{corpus}"),
    benchmark:
        PATHS.benchmark("corpora/{corpus}")
    priority: 20  # if there are too few documents, nothing else should begin
    resources:
        **needs(2, 30),
    params:
        name=lambda w: parameters.source_name(config, w.corpus),
        source=lambda w: config["corpora"][w.corpus]["source"],
        content=lambda w: content(parameters.files_of(config["corpora"][w.corpus]["source"])),
        preparation=lambda w: parameters.of_documents(config, w.corpus),
        code=code("corpus.py"),
    script:
        "../scripts/corpus.py"


rule vocabulary:
    input:
        documents=PATHS.documents,
        audit=f"{PATHS.corpus}/audit.json",
    output:
        vocabulary=PATHS.words,
        bow=f"{PATHS.vocabulary}/bow.npz",
        audit=f"{PATHS.vocabulary}/audit.json",
    log:
        PATHS.log("corpora/{corpus}/v{v}"),
    benchmark:
        PATHS.benchmark("corpora/{corpus}/v{v}")
    resources:
        **needs(2, 30),
    params:
        name=lambda w: parameters.source_name(config, w.corpus),
        source=lambda w: parameters.own_words(config, w.corpus),
        content=lambda w: content(parameters.files_of(parameters.own_words(config, w.corpus))),
        min_documents=lambda w: config["corpora"][w.corpus]["preparation"]["min_documents"],
        code=code("vocabulary.py"),
    script:
        "../scripts/vocabulary.py"


rule word_vectors:
    input:
        unpack(lambda w: PATHS.of_corpus(w.corpus, w.v)),
        encoded=lambda w: PATHS.of_encoded(w.corpus, config["word_vectors"][w.vectors].get("teacher"), w.v),
    output:
        vectors=f"{PATHS.vectors}.npy",
        meta=f"{PATHS.vectors}.json",
    log:
        PATHS.log("corpora/{corpus}/v{v}/vectors/{vectors}"),
    benchmark:
        PATHS.benchmark("corpora/{corpus}/v{v}/vectors/{vectors}")
    resources:
        **needs(4, 120),
    params:
        source=lambda w: config["word_vectors"][w.vectors],
        content=lambda w: content(parameters.vector_files(config["word_vectors"][w.vectors])),
        code=code("word_vectors.py"),
    script:
        "../scripts/word_vectors.py"
