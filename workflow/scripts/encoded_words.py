"""Let a sentence encoder read every word of a vocabulary."""

from pathlib import Path

from softtopics.jobs.job import job

with job("word vectors {corpus} {vectors} V={v}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import read_words, write_array, write_json
    from softtopics.corpora.word_vectors import centred
    from softtopics.teachers.encoder import read
    from softtopics.teachers.prompts import Prompt

    i, p = snakemake.input, snakemake.params
    rows, about = read(read_words(i.vocabulary), Path(i.lm).parent, Prompt(**p.prompt), trust_remote_code=p.trust)
    write_array(snakemake.output.vectors, centred(rows, p.teacher))
    account = {"kind": "encoder", "source": p.teacher, "size": rows.shape[1], "lacking": [], **about}
    write_json(snakemake.output.meta, account)
