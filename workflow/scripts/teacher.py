"""Turn hidden states into scores of the vocabulary's words."""

from importlib import import_module
from pathlib import Path

from softtopics.jobs.job import job

with job("teacher {corpus} {teacher}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import read_array, read_texts, read_words, write_array, write_json
    from softtopics.teachers.batching import distinct
    from softtopics.teachers.prompts import Prompt

    i, scoring = snakemake.input, snakemake.params.scoring
    _, first, place = distinct(read_texts(i.documents))
    hidden, vocabulary, folder = read_array(i.hidden)[first], read_words(i.vocabulary), Path(i.lm).parent
    settings = {"trust_remote_code": scoring["trust"], **scoring["settings"]}
    if scoring["scorer"] == "encoder":
        settings["prompt"] = Prompt(**scoring["prompt"])
    score_words = import_module(f"softtopics.teachers.{scoring['scorer']}").score_words
    logits, meta = score_words(hidden, vocabulary, folder, **settings)
    write_array(snakemake.output.logits, logits[place])
    write_json(snakemake.output.meta, {"prompt": scoring["prompt"], "words": scoring["words"], **meta})
