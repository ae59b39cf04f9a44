"""Let a language model say which words go with each word of a vocabulary."""

from pathlib import Path

from softtopics.jobs.job import job

with job("associations {corpus} V={v}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import read_words, write_array, write_json
    from softtopics.metrics.raters.base import place_words
    from softtopics.teachers.associations import associations
    from softtopics.teachers.lms import describe
    from softtopics.teachers.prompts import Prompt
    from softtopics.teachers.reading import with_dtype

    i, p = snakemake.input, snakemake.params
    folder, prompt = Path(i.lm).parent, {"prompt": Prompt(place_words(p.prompt, "{document}"))} if p.prompt else {}
    settings = {"trust_remote_code": p.trust, **prompt, **with_dtype(p.extraction, i.dtype)}
    logits, about = associations(read_words(i.vocabulary), folder, **settings)
    write_array(snakemake.output.logits, logits)
    write_json(snakemake.output.meta, {"lm": describe(folder), **about})
