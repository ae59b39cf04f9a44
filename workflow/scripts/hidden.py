"""Read every document of a corpus with a language model or encoder."""

from importlib import import_module
from pathlib import Path

from softtopics.runtime import job

with job("hidden {corpus} {lm}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import distinct, read_texts, write_array, write_json
    from softtopics.teachers.lms import describe
    from softtopics.teachers.prompts import Prompt
    from softtopics.teachers.shards import forget, mark_of

    p = snakemake.params
    texts, _, place = distinct(read_texts(snakemake.input.documents))
    hidden, meta = import_module(f"softtopics.teachers.{p.kind}").read(
        texts,
        Path(snakemake.input.lm).parent,
        Prompt(**p.prompt),
        trust_remote_code=p.trust,
        store=f"{p.shards}/{mark_of(snakemake.input.code)}",
        **p.extraction,
    )
    write_array(snakemake.output.hidden, hidden[place])
    write_json(snakemake.output.meta, {"lm": describe(Path(snakemake.input.lm).parent), "prompt": p.prompt, **meta})
    forget(p.shards)
