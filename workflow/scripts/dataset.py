"""Write a corpus with one teacher's soft labels as a dataset."""

from pathlib import Path

from softtopics.jobs.job import job

with job("dataset {corpus} {teacher}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import Corpus, read_array, read_json
    from softtopics.teachers.account import account_of
    from softtopics.teachers.export import publish

    files, p = snakemake.input, snakemake.params
    of_documents, of_words = map(read_json, files.audits)
    corpus = Corpus.load(files.documents, files.vocabulary, files.bow)
    publish(
        Path(snakemake.output.card).parent,
        corpus,
        corpus.of(read_array(files.hidden)),
        corpus.of(read_array(files.logits)),
        account_of(files.words, files.reading),
        audit=of_documents | of_words,
        corpus_title=p.corpus_title,
        title=p.title,
    )
