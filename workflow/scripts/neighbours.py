"""Find the nearest documents of each document in a view."""

from softtopics.jobs.job import job

with job("neighbours {corpus} {view}".format(**snakemake.wildcards), snakemake.log[0]):
    import numpy as np

    from softtopics.artifacts import write_array
    from softtopics.teachers.neighbours import nearest

    write_array(snakemake.output[0], nearest(np.load(snakemake.input[0])))
