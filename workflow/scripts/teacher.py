"""Turn hidden states into scores of the vocabulary's words, by their first tokens."""

from pathlib import Path

from softtopics.jobs.job import job

with job("teacher {corpus} {teacher}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import read_array, read_texts, read_words, write_array, write_json
    from softtopics.teachers.batching import distinct
    from softtopics.teachers.word_scores import score_words

    i, scoring = snakemake.input, snakemake.params.scoring
    _, first, place = distinct(read_texts(i.documents))
    settings = {"trust_remote_code": scoring["trust"], **scoring["settings"]}
    logits, meta = score_words(read_array(i.hidden)[first], read_words(i.vocabulary), Path(i.lm).parent, **settings)
    write_array(snakemake.output.logits, logits[place])
    write_json(snakemake.output.meta, {"prompt": scoring["prompt"], "words": scoring["words"], **meta})
