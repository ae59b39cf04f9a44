"""Put what teachers say of documents side by side, as rows whose cosine says which documents are near."""

from softtopics.jobs.job import job

with job("view {corpus} {view}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import read_array, write_array
    from softtopics.teachers.neighbours import adjacency
    from softtopics.teachers.views import Part, view

    i, p = snakemake.input, snakemake.params
    rows = view([Part(rows=read_array(path), **part) for part, path in zip(p.parts, i.parts, strict=True)])
    write_array(snakemake.output[0], adjacency(read_array(i.neighbours[0]), p.around) @ rows if p.around else rows)
