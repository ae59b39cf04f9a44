"""All scores of the experiment in one tidy table."""

from softtopics.jobs.job import job

with job("scores", snakemake.log[0]):
    from softtopics.artifacts import write_table
    from softtopics.report.scores import read_scores

    write_table(snakemake.output[0], read_scores([*snakemake.input.cells, *snakemake.input.representations]))
