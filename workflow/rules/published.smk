# Published numbers beside ours, where the config says what is what; further arrangements of the main scores.
PAIRED = {(pair.method, pair.variant) for pair in PAIRS}
PUBLISHED_CELLS = [cell for cell in grid.all_cells(config) if (cell.method, cell.variant) in PAIRED]


def parts(*names):
    """Keys of the corpora with a published name: what a table says of their documents depends on these."""
    blocks = {name: config["corpora"][name] for name in RUN["corpora"]}
    return {name: {key: block[key] for key in names} for name, block in blocks.items() if "published" in block}


rule published:
    input:
        scores=score_files(PUBLISHED_CELLS) + rating_files(PUBLISHED_CELLS),
        validity=validity_files(),
        references=expand(REFERENCE, corpus=RUN["corpora"]),
        audits=audits(),
        published=str(conditions.RESULTS),
        code=code("published.py"),
    output:
        table=report(multiext(RESULTS + "/tables/published", *(f".{f}" for f in FORMATS)), category="Tables",
                     labels={"table": "published", "format": "csv, md, tex, html"}, caption="../report/table.rst"),
        figure=report(multiext(RESULTS + "/figures/published", ".pdf", ".png"), category="Figures",
                      labels={"figure": "published", "format": "pdf, png"}, caption="../report/published_figure.rst"),
    params:
        layout=layout(),
        pairs=[pair._asdict() for pair in PAIRS],
        metrics=conditions.metrics(config),
        corpora=parts("published", "preparation"),
    log:
        RESULTS + "/logs/tables/published.log",
    benchmark:
        RESULTS + "/benchmarks/tables/published.tsv"
    localrule: True
    script:
        "../scripts/published.py"


rule arranged_table:
    input:
        scores=lambda w: score_files(MAIN_CELLS) + (rating_files(MAIN_CELLS) if w.arranged == "backbones" else []),
        references=expand(REFERENCE, corpus=RUN["corpora"]),
        audits=audits(),
        validity=lambda w: validity_files(w.arranged == "backbones"),
        code=code("arranged_table.py"),
    output:
        report(multiext(RESULTS + "/tables/{arranged}", *(f".{f}" for f in FORMATS)), category="Tables",
               labels={"table": "{arranged}", "format": "csv, md, tex, html"}, caption="../report/table.rst"),
    wildcard_constraints:
        arranged="retrieval_by_k|backbones",
    params:
        layout=layout(),
        backbones=BACKBONES,
    log:
        RESULTS + "/logs/tables/{arranged}.log",
    benchmark:
        RESULTS + "/benchmarks/tables/{arranged}.tsv"
    localrule: True
    script:
        "../scripts/arranged_table.py"
