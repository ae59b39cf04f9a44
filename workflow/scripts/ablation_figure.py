"""Draw the curves of one ablation."""

from pathlib import Path

from softtopics.runtime import job

with job("figure {ablation}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.report.figures import ablation_figure
    from softtopics.report.scores import Layout, read_scores
    from softtopics.report.style import save

    p = snakemake.params
    lines = {
        corpus: {method: {value: variant for value, variant in pairs} for method, pairs in methods.items()}
        for corpus, methods in p.lines.items()
    }
    layout = Layout.load(p.layout, snakemake.input.audits)
    figure = ablation_figure(p.title, lines, read_scores(snakemake.input.scores), layout, defaults=p.defaults)
    save(figure, Path(snakemake.output[0]).with_suffix(""))
