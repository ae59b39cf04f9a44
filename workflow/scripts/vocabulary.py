"""Build a vocabulary of one size and the documents' bag of words over it, or take those that the source brings."""

from functools import partial

from softtopics.jobs.job import job

with job("vocabulary {corpus} V={v}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import read_documents, read_json, write_counts, write_json, write_words
    from softtopics.corpora.soft_labels import given_vocabulary
    from softtopics.corpora.vocabulary import vocabulary_of

    documents = read_documents(snakemake.input.documents, ["id", "tokens", "candidates"])
    p, size = snakemake.params, int(snakemake.wildcards.v)
    given = partial(given_vocabulary, p.source) if p.source else None
    words = read_json(snakemake.input.audit)["words"]
    vocabulary, bow, audit = vocabulary_of(
        documents, name=p.name, size=size, min_documents=p.min_documents, given=given, words=words
    )
    write_words(snakemake.output.vocabulary, vocabulary)
    write_counts(snakemake.output.bow, bow)
    write_json(snakemake.output.audit, audit)
