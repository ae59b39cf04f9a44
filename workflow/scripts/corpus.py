"""Read a source of text and prepare it as the corpus that all models see."""

from pathlib import Path

from softtopics.runtime import job

with job(f"corpus {snakemake.wildcards.corpus}", snakemake.log[0]):
    from softtopics.corpora.prepare import prepare, read

    source = snakemake.params.source
    name = source.get("path", f"corpora.{snakemake.wildcards.corpus}")
    corpus = prepare(read(source), name=name, **snakemake.params.preparation)
    corpus.save(Path(snakemake.output.documents).parent)
