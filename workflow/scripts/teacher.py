"""Turn hidden states into scores of the vocabulary's words."""

from importlib import import_module
from pathlib import Path

from softtopics.jobs.job import job

with job("teacher {corpus} {teacher}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import read_array, read_texts, read_words, write_array, write_json
    from softtopics.teachers.batching import distinct
    from softtopics.teachers.prompts import Prompt
    from softtopics.teachers.shards import forget

    i, p, scoring = snakemake.input, snakemake.params, snakemake.params.scoring
    texts, first, place = distinct(read_texts(i.documents))
    hidden, vocabulary, folder = read_array(i.hidden)[first], read_words(i.vocabulary), Path(i.lm).parent
    settings = {"trust_remote_code": scoring["trust"], **scoring["settings"]}
    if scoring["scorer"] != "word_scores":
        settings["prompt"] = Prompt(**scoring["prompt"])
    if scoring["scorer"] == "whole_words":
        settings |= {"texts": texts, "store": f"{p.shards}/{p.code}", **scoring["extraction"]}
    score_words = import_module(f"softtopics.teachers.{scoring['scorer']}").score_words
    logits, meta = score_words(hidden, vocabulary, folder, **settings)
    write_array(snakemake.output.logits, logits[place])
    write_json(snakemake.output.meta, {"prompt": scoring["prompt"], "words": scoring["words"], **meta})
    forget(p.shards)
