"""Read every document of a corpus with a language model or encoder."""

from importlib import import_module
from pathlib import Path

from softtopics.jobs.job import job

with job("hidden {corpus} {lm}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import read_texts, write_array, write_json
    from softtopics.teachers.batching import distinct
    from softtopics.teachers.lms import describe
    from softtopics.teachers.prompts import Prompt
    from softtopics.teachers.shards import forget

    i, p = snakemake.input, snakemake.params
    texts, _, place = distinct(read_texts(i.documents))
    read, folder = import_module(f"softtopics.teachers.{p.kind}").read, Path(i.lm).parent
    settings = {"trust_remote_code": p.trust, "store": f"{p.shards}/{p.code}", **p.extraction}
    hidden, meta = read(texts, folder, Prompt(**p.prompt), **settings)
    write_array(snakemake.output.hidden, hidden[place])
    write_json(snakemake.output.meta, {"lm": describe(folder), "prompt": p.prompt, **meta})
    forget(p.shards)
