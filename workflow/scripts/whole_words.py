"""Read every document, or a share of them, with the beginnings of words behind it: scores of whole words."""

from pathlib import Path

from softtopics.jobs.job import job

with job("teacher {corpus} {teacher}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import read_array, read_words
    from softtopics.teachers.prompts import Prompt
    from softtopics.teachers.reading import with_dtype, write
    from softtopics.teachers.shards import Part, forget
    from softtopics.teachers.thoughts import presented
    from softtopics.teachers.whole_words import score_words

    i, p, scoring = snakemake.input, snakemake.params, snakemake.params.scoring
    folder, prompt = Path(i.lm).parent, Prompt(**scoring["prompt"])
    texts, first, place, prompt = presented(i.documents, i.words, i.thoughts, folder, prompt, scoring["trust"])
    settings = {"trust_remote_code": scoring["trust"], "store": f"{p.shards}/{p.code}", "part": Part(*p.share)}
    settings |= {"texts": texts, "prompt": prompt, **scoring["settings"]}
    settings |= with_dtype(p.extraction, i.dtype)
    logits, meta = score_words(read_array(i.hidden)[first], read_words(i.vocabulary), folder, **settings)
    write(snakemake.output, logits, place, {"prompt": scoring["prompt"], "words": scoring["words"], **meta})
    forget(p.shards)
