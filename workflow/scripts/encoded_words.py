"""Let a sentence encoder read every word of a vocabulary."""

from pathlib import Path

from softtopics.jobs.job import job

with job("words {corpus} {teacher} V={v}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import read_words, write_array, write_json
    from softtopics.teachers.encoder import read
    from softtopics.teachers.prompts import Prompt

    i, p = snakemake.input, snakemake.params
    rows, about = read(read_words(i.vocabulary), Path(i.lm).parent, Prompt(**p.prompt), trust_remote_code=p.trust)
    write_array(snakemake.output.words, rows)
    write_json(snakemake.output.meta, about)
