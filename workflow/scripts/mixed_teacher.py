"""Mix the soft labels of teachers and the words of documents, averaged over neighbours."""

from softtopics.jobs.job import job

with job("teacher {corpus} {teacher}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import read_array, read_counts, read_held_out, read_json, write_array, write_json
    from softtopics.teachers.mixed import Part, account, mixed_scores
    from softtopics.teachers.neighbours import adjacency

    i, p = snakemake.input, snakemake.params
    read = {"words": read_counts, "soft_label": read_array}
    parts = [
        Part(read[part["of"]](path), part["weight"], part["temperature"], part["calibration"])
        for part, path in zip(p.parts, i.parts, strict=True)
    ]
    around = adjacency(read_array(i.neighbours[0]), p.around["count"]) if p.around else None
    logits, about = mixed_scores(parts, around, read_held_out(i.documents))
    write_array(snakemake.output.logits, logits)
    metas = map(read_json, i.words)
    write_json(snakemake.output.meta, {**account(p.parts, metas), "neighbours": p.around, **about})
