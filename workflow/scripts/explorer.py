"""Write the explorer's page, and what it knows before it loads a corpus."""

from softtopics.jobs.job import job

with job("explorer", snakemake.log[0]):
    from pathlib import Path

    from softtopics.report.explorer.page.site import write_site

    i, p = snakemake.input, snakemake.params
    ablations = dict(zip(p.experiment["ablations"], i.ablations, strict=True))
    write_site(Path(snakemake.output[0]).parent, p.experiment, i.main, ablations, i.validity)
