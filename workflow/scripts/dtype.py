"""Measure which floating-point type reads fastest, once for an experiment, and write it down."""

from softtopics.jobs.job import job

with job("dtype", snakemake.log[0]):
    from softtopics.artifacts import write_json
    from softtopics.runtime import device, fastest_dtype, processor, versions

    where = device()
    about = {"device": where, "processor": processor(), "versions": versions("torch")}
    write_json(snakemake.output[0], {"dtype": fastest_dtype(where), **about})
