"""Turn hidden states into scores of the vocabulary's words."""

from pathlib import Path

from softtopics.runtime import job

with job("teacher {corpus} {teacher}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import read_array, write_array, write_json
    from softtopics.teachers.prompts import Prompt
    from softtopics.teachers.word_scores import causal_lm_scores, encoder_scores

    hidden = read_array(snakemake.input.hidden)
    vocabulary = Path(snakemake.input.vocabulary).read_text(encoding="utf-8").split()
    folder = Path(snakemake.input.lm[0]).parent
    words = {"trust_remote_code": snakemake.params.trust, **snakemake.params.words}
    if snakemake.params.kind == "encoder":
        logits, meta = encoder_scores(hidden, vocabulary, folder, prompt=Prompt(**snakemake.params.prompt), **words)
    else:
        logits, meta = causal_lm_scores(hidden, vocabulary, folder, **words)
    write_array(snakemake.output.logits, logits)
    write_json(snakemake.output.meta, {"words": snakemake.params.words, **meta})
