"""Write a corpus with one teacher's soft labels as a dataset."""

from pathlib import Path

from softtopics.runtime import job

with job("dataset {corpus} {teacher}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import Corpus, read_array, read_json
    from softtopics.teachers.publish import publish

    publish(
        Path(snakemake.output.card).parent,
        Corpus.load(Path(snakemake.input.documents).parent),
        read_array(snakemake.input.hidden),
        read_array(snakemake.input.logits),
        read_json(snakemake.input.words) | read_json(snakemake.input.reading),
        **snakemake.params,
    )
