"""Read the scores of a corpus's words from a dataset."""

from softtopics.jobs.job import job

with job("teacher {corpus} {teacher}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import read_documents, read_words, write_array, write_json
    from softtopics.teachers.precomputed import score_words

    documents = read_documents(snakemake.input.documents, ["id", "text"])
    vocabulary = read_words(snakemake.input.vocabulary)
    logits, meta = score_words(documents, vocabulary, snakemake.params.source)
    write_array(snakemake.output.logits, logits)
    write_json(snakemake.output.meta, meta)
