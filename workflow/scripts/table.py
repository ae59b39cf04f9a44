"""Write one table of the catalogue."""

from importlib import import_module
from pathlib import Path

from softtopics.jobs.job import job

with job(f"table {snakemake.wildcards.table}", snakemake.log[0]):
    from softtopics.report.material import Material

    item = dict(snakemake.params.item)
    module = import_module(f"softtopics.report.tables.{item.pop('module')}")
    module.table(Material.load(**item, files=dict(snakemake.input))).write(Path(snakemake.output[0]).with_suffix(""))
