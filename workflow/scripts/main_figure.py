"""Draw the main results."""

from pathlib import Path

from softtopics.runtime import job

with job("figure main", snakemake.log[0]):
    from softtopics.report.figures import main_figure
    from softtopics.report.scores import Layout, read_scores
    from softtopics.report.style import save

    scores = read_scores([*snakemake.input.scores, *snakemake.input.references])
    layout = Layout.load(snakemake.params.layout, snakemake.input.audits)
    save(main_figure(scores, layout), Path(snakemake.output[0]).with_suffix(""))
