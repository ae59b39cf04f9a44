"""Read every document, or a share of them, and the beginnings of words behind it: states, and scores of whole words."""

from pathlib import Path

from softtopics.jobs.job import job

with job("teacher {corpus} {teacher}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import read_words
    from softtopics.teachers.lms import describe
    from softtopics.teachers.prompts import Prompt
    from softtopics.teachers.reading import with_dtype, write
    from softtopics.teachers.shards import Part, forget
    from softtopics.teachers.thoughts import presented
    from softtopics.teachers.whole_words import read

    i, p, s, folder = snakemake.input, snakemake.params, snakemake.params.scoring, Path(snakemake.input.lm).parent
    shown = presented(i.documents, i.words, i.thoughts, folder, Prompt(**s["prompt"]), s["trust"])
    settings = {"trust_remote_code": s["trust"], "store": f"{p.shards}/{p.code}", "part": Part(*p.share)}
    settings |= s["settings"] | with_dtype(p.extraction, i.dtype)
    hidden, logits, meta = read(shown.texts, folder, shown.prompt, read_words(i.vocabulary), **settings)
    about = {"lm": describe(folder), "prompt": s["prompt"], "words": s["words"], **shown.account, **meta}
    write(snakemake.output, {"hidden": hidden, "logits": logits}, shown.place, about)
    forget(p.shards)
