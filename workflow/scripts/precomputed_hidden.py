"""Read the hidden states of a corpus's documents from a dataset."""

from softtopics.jobs.job import job

with job("hidden {corpus} {teacher}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import read_documents, write_array, write_json
    from softtopics.teachers.precomputed import read

    documents = read_documents(snakemake.input.documents, ["id", "text"])
    hidden, meta = read(documents, snakemake.params.source)
    write_array(snakemake.output.hidden, hidden)
    write_json(snakemake.output.meta, meta)
