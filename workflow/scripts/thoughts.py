"""Have a language model write about every document, or a share of them, before it is asked for their word."""

from pathlib import Path

from softtopics.jobs.job import job

with job("thoughts {corpus} {lm}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.teachers.batching import distinct
    from softtopics.teachers.prompts import Prompt
    from softtopics.teachers.reading import texts_for, with_dtype, write
    from softtopics.teachers.shards import Part, forget
    from softtopics.teachers.thoughts import think

    i, p = snakemake.input, snakemake.params
    texts, _, place = distinct(texts_for(i.documents, i.words))
    settings = {"trust_remote_code": p.trust, "store": f"{p.shards}/{p.code}", "part": Part(*p.share)}
    tokens, about = think(texts, Path(i.lm).parent, Prompt(**p.prompt), **settings, **with_dtype(p.extraction, i.dtype))
    write(snakemake.output, {"thoughts": tokens}, place, about)
    forget(p.shards)
