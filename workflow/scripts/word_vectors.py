"""Learn or read a vector for every word of a vocabulary."""

from softtopics.jobs.job import job

with job("word vectors {corpus} {vectors} V={v}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import Corpus, write_array, write_json
    from softtopics.corpora.word_vectors import word_vectors

    i = snakemake.input
    corpus = Corpus.load(i.documents, i.vocabulary, i.bow)
    vectors, about = word_vectors(corpus.words, corpus.vocabulary, **snakemake.params.source)
    write_array(snakemake.output.vectors, vectors)
    write_json(snakemake.output.meta, about)
