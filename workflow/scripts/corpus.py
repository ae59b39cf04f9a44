"""Read a source of text and prepare it as the documents that all models see."""

from softtopics.jobs.job import job

with job(f"corpus {snakemake.wildcards.corpus}", snakemake.log[0]):
    from softtopics.artifacts import write_documents, write_json
    from softtopics.corpora.prepare import prepare, read

    params = snakemake.params
    documents, audit = prepare(read(params.source), name=params.name, **params.preparation)
    write_documents(snakemake.output.documents, documents)
    write_json(snakemake.output.audit, audit)
