"""Find the nearest documents of each document in a view."""

from softtopics.jobs.job import job

with job("neighbours {corpus} {view}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import read_array, read_held_out, write_array
    from softtopics.teachers.neighbours import nearest

    i = snakemake.input
    write_array(snakemake.output[0], nearest(read_array(i.view, None), held_out=read_held_out(i.documents)))
