"""Read a source of text and prepare it as the documents that all models see."""

from importlib import import_module

from softtopics.jobs.job import job

with job(f"corpus {snakemake.wildcards.corpus}", snakemake.log[0]):
    from softtopics.artifacts import write_documents, write_json
    from softtopics.corpora.prepare import prepare, read

    params = snakemake.params
    rows = read(params.source, params.preparation.get("held_out"))
    documents, audit = prepare(rows, name=params.name, **params.preparation)
    # Not imported above: what methods and metrics need is no part of the code that the documents depend on.
    enough = import_module("softtopics.jobs.enough")
    enough.check_enough(snakemake.config, snakemake.wildcards.corpus, params.name, audit)
    write_documents(snakemake.output.documents, documents)
    write_json(snakemake.output.audit, audit)
