"""Learn or read a vector for every word of a vocabulary."""

from softtopics.runtime import job

with job("word vectors {corpus} {vectors} V={v}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import Corpus, write_array, write_json
    from softtopics.corpora.word_vectors import word_vectors
    from softtopics.models.base import TrainingData

    i = snakemake.input
    data = TrainingData.load(Corpus.load(i.documents, i.vocabulary, i.bow))
    vectors, about = word_vectors(data.words, data.vocabulary, **snakemake.params.source)
    write_array(snakemake.output.vectors, vectors)
    write_json(snakemake.output.meta, about)
