"""Draw one figure of the catalogue."""

from importlib import import_module
from pathlib import Path

from softtopics.jobs.job import job

with job(f"figure {snakemake.wildcards.figure}", snakemake.log[0]):
    from softtopics.report.figures.style import save
    from softtopics.report.material import Material

    item = dict(snakemake.params.item)
    module = import_module(f"softtopics.report.figures.{item.pop('module')}")
    save(module.figure(Material.load(**item, files=dict(snakemake.input))), Path(snakemake.output[0]).with_suffix(""))
