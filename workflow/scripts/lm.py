"""Bring a language model or encoder into one local folder."""

from pathlib import Path

from softtopics.runtime import job

with job(f"lm {snakemake.wildcards.lm}", snakemake.log[0]):
    from softtopics.teachers.lms import fetch

    fetch(snakemake.wildcards.lm, folder=Path(snakemake.output[0]).parent, **snakemake.params)
