"""Count the words of a reference text that coherence is computed from."""

from softtopics.jobs.job import job

with job("counts {corpus} {reference}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import held_out_of, read_documents, read_words
    from softtopics.corpora.split import trained_on
    from softtopics.metrics.cooccurrence import count, encode_tokens

    p, vocabulary = snakemake.params, read_words(snakemake.input.vocabulary)
    path = p.external["path"] if p.external else snakemake.input.documents
    if p.external:
        from softtopics.corpora.stream import encode_file  # with spaCy; a corpus is tokenised already

        options = {"text": p.external["text"], "language": p.language, "processes": snakemake.threads}
        batches = encode_file(path, vocabulary, **options)
    else:
        documents = read_documents(path, ["tokens"])
        tokens = documents["tokens"][trained_on(held_out_of(documents))]
        batches = encode_tokens(map(str.split, tokens), vocabulary)
    count(batches, vocabulary, name=path, c_v=p.c_v).save(snakemake.output[0])
