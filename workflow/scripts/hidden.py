"""Read every document of a corpus, or a share of them, with a language model or encoder."""

from importlib import import_module
from pathlib import Path

from softtopics.jobs.job import job

with job("hidden {corpus} {lm}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.teachers.lms import describe
    from softtopics.teachers.prompts import Prompt
    from softtopics.teachers.reading import with_dtype, write
    from softtopics.teachers.shards import Part, forget
    from softtopics.teachers.thoughts import presented

    i, p = snakemake.input, snakemake.params
    read, folder = import_module(f"softtopics.teachers.{p.kind}").read, Path(i.lm).parent
    shown = presented(i.documents, i.words, i.thoughts, folder, Prompt(**p.prompt), p.trust)
    settings = {"trust_remote_code": p.trust, "store": f"{p.shards}/{p.code}", "part": Part(*p.share)}
    hidden, meta = read(shown.texts, folder, shown.prompt, **settings, **with_dtype(p.extraction, i.dtype))
    about = {"lm": describe(folder), "prompt": p.prompt, **shown.account, **meta}
    write(snakemake.output, {"hidden": hidden}, shown.place, about)
    forget(p.shards)
