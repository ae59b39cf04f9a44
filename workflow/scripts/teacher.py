"""Turn hidden states into scores of the vocabulary's words."""

from importlib import import_module
from pathlib import Path

from softtopics.runtime import job

with job("teacher {corpus} {teacher}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import distinct, read_array, read_texts, read_words, write_array, write_json
    from softtopics.teachers.prompts import Prompt
    from softtopics.teachers.shards import forget, mark_of

    p = snakemake.params
    texts, first, place = distinct(read_texts(snakemake.input.documents))
    vocabulary = read_words(snakemake.input.vocabulary)
    settings = {name: value for name, value in p.words.items() if name != "tokens"}
    if p.scorer == "word_scores":
        settings.pop("branches", None)
    if p.scorer == "whole_words":
        settings["texts"] = texts
        store = f"{p.shards}/{mark_of(snakemake.input.code)}"
        settings |= {"prompt": Prompt(**p.prompt), "store": store, **p.extraction}
    elif p.scorer == "encoder":
        settings["prompt"] = Prompt(**p.prompt)
    score_words = import_module(f"softtopics.teachers.{p.scorer}").score_words
    logits, meta = score_words(
        read_array(snakemake.input.hidden)[first],
        vocabulary,
        Path(snakemake.input.lm[0]).parent,
        trust_remote_code=p.trust,
        **settings,
    )
    write_array(snakemake.output.logits, logits[place])
    write_json(snakemake.output.meta, {"prompt": p.prompt, "words": p.words, **meta})
    forget(p.shards)
