"""Learn or read a vector for every word of a vocabulary."""

from softtopics.jobs.job import job

with job("word vectors {corpus} {vectors} V={v}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import Corpus, read_array, read_json, write_array, write_json
    from softtopics.corpora.word_vectors import encoded, word_vectors

    i, source = snakemake.input, snakemake.params.source
    if i.encoded:
        vectors, about = encoded(read_array(i.encoded[0]), read_json(i.encoded[1]), source["teacher"])
    else:
        corpus = Corpus.load(i.documents, i.vocabulary, i.bow)
        vectors, about = word_vectors(corpus.words, corpus.vocabulary, **source)
    write_array(snakemake.output.vectors, vectors)
    write_json(snakemake.output.meta, about)
