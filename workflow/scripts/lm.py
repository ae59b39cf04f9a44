"""Bring a language model or encoder into one local folder."""

from pathlib import Path

from softtopics.jobs.job import job

with job(f"lm {snakemake.wildcards.lm}", snakemake.log[0]):
    from softtopics.teachers.lms import fetch

    p = snakemake.params
    fetch(snakemake.wildcards.lm, p.source, Path(snakemake.output[0]).parent, kind=p.kind, trust_remote_code=p.trust)
