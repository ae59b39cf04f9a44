"""Turn hidden states into scores of the vocabulary's words."""

from pathlib import Path

from softtopics.runtime import job

with job("teacher {corpus} {teacher}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import read_array, write_array, write_json

    hidden = read_array(snakemake.input.hidden)
    vocabulary = Path(snakemake.input.vocabulary).read_text(encoding="utf-8").split()
    folder = Path(snakemake.input.lm[0]).parent
    words = {"trust_remote_code": snakemake.params.trust, **snakemake.params.words}
    if snakemake.params.kind == "encoder":
        from softtopics.teachers.encoder import score_words
        from softtopics.teachers.prompts import Prompt

        words["prompt"] = Prompt(**snakemake.params.prompt)
    else:
        from softtopics.teachers.word_scores import score_words
    logits, meta = score_words(hidden, vocabulary, folder, **words)
    write_array(snakemake.output.logits, logits)
    write_json(snakemake.output.meta, {"words": snakemake.params.words, **meta})
