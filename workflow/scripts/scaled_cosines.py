"""Turn embeddings of documents and words into scores of words."""

from softtopics.jobs.job import job

with job("teacher {corpus} {teacher}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import read_array, read_json, write_array, write_json
    from softtopics.teachers.scaled_cosines import score_words

    i, scoring = snakemake.input, snakemake.params.scoring
    write_array(snakemake.output.logits, score_words(read_array(i.hidden), read_array(i.words), **scoring["settings"]))
    about = {"prompt": scoring["prompt"], "words": scoring["words"], **read_json(i.about)}
    write_json(snakemake.output.meta, about)
