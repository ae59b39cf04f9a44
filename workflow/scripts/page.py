"""Put tables and figures on one page."""

from softtopics.jobs.job import job

with job("report", snakemake.log[0]):
    from softtopics.report.page import Part, write_page

    paths = [*snakemake.input.figures, *snakemake.input.tables]
    parts = [Part(*heading, path) for heading, path in zip(snakemake.params.headings, paths, strict=True)]
    write_page(snakemake.output[0], snakemake.params.config, parts)
