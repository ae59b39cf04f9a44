"""Put what teachers say of documents side by side, as rows whose cosine says which documents are near."""

from softtopics.jobs.job import job

with job("view {corpus} {view}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import read_array, read_documents, read_held_out, write_array
    from softtopics.config.usual import LSA_DIMENSIONS
    from softtopics.corpora.lsa import lsa
    from softtopics.teachers.neighbours import adjacency
    from softtopics.teachers.views import Part, view

    i, p, parts = snakemake.input, snakemake.params, []
    held_out = read_held_out(i.documents)
    for part, path in zip(p.parts, i.parts, strict=True):
        settings = {name: value for name, value in part.items() if name != "dimensions"}
        if part["of"] == "lsa":
            rows = lsa(
                read_documents(path, ["tokens"])["tokens"].tolist(), part.get("dimensions", LSA_DIMENSIONS), held_out
            )
        else:
            rows = read_array(path)
        parts.append(Part(rows=rows, **settings))
    rows = view(parts, held_out)
    write_array(snakemake.output[0], adjacency(read_array(i.neighbours[0]), p.around) @ rows if p.around else rows)
