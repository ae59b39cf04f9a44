"""Draw the curves of one ablation."""

from pathlib import Path

from softtopics.runtime import job

with job("figure {ablation}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.report.figures import ablation_figure
    from softtopics.report.scores import Layout, read_scores
    from softtopics.report.style import save

    p = snakemake.params
    lines = {line["method"]: dict(zip(line["values"], line["variants"], strict=True)) for line in p.lines}
    defaults = {line["method"]: line["default"] for line in p.lines}
    layout = Layout.load(p.layout, snakemake.input.audits)
    figure = ablation_figure(p.title, lines, read_scores(snakemake.input.scores), layout, defaults=defaults)
    save(figure, Path(snakemake.output[0]).with_suffix(""))
