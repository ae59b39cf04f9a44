"""Find the nearest documents of each document in a view."""

from softtopics.jobs.job import job

with job("neighbours {corpus} {view}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import read_array, write_array
    from softtopics.teachers.neighbours import nearest

    write_array(snakemake.output[0], nearest(read_array(snakemake.input[0], None)))
