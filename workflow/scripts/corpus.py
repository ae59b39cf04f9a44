"""Read a source of text and prepare it as the corpus that all models see."""

from functools import partial
from pathlib import Path

from softtopics.runtime import job

with job(f"corpus {snakemake.wildcards.corpus}", snakemake.log[0]):
    from softtopics.corpora.prepare import prepare, read
    from softtopics.corpora.soft_labels import given_vocabulary

    source = snakemake.params.source
    name = source.get("path") or source.get("id", f"corpora.{snakemake.wildcards.corpus}")
    given = partial(given_vocabulary, source) if source["kind"] == "soft_labels" else None
    corpus = prepare(read(source), name=name, given=given, **snakemake.params.preparation)
    corpus.save(Path(snakemake.output.documents).parent)
