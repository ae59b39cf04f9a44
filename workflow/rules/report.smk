# NEEDS scores, ratings, audits and what is known of teachers. MAKES one table of all scores, the tables and figures of
# the catalogue (report/catalogue.py), and the page that shows them. A table or figure reads only what it shows.
from softtopics.report import catalogue

TABLES = checked(catalogue.items, catalogue.TABLES, config)
FIGURES = checked(catalogue.items, catalogue.FIGURES, config)


localrules:
    scores,
    table,
    figure,
    page,


rule scores:
    input:
        cells=PATHS.of_scores(grid.all_cells(config)) + PATHS.of_ratings(grid.all_cells(config)),
        representations=PATHS.of_representations(RUN["corpora"]),
    output:
        PATHS.all_scores,
    log:
        PATHS.log("scores"),
    params:
        code=code("scores.py"),
    script:
        "../scripts/scores.py"


rule table:
    input:
        unpack(lambda w: PATHS.of_item(TABLES[w.table])),
    output:
        report(
            multiext(PATHS.table, ".csv", ".md", ".tex", ".html"),
            category="Tables",
            labels={"table": "{table}", "format": "csv, md, tex, html"},
            caption="../report/table.rst",
        ),
    log:
        PATHS.log("tables/{table}"),
    wildcard_constraints:
        table="|".join(TABLES),
    params:
        item=lambda w: TABLES[w.table].for_script(),
        code=lambda w: code("table.py", f"softtopics.report.tables.{TABLES[w.table].module}"),
    script:
        "../scripts/table.py"


rule figure:
    input:
        unpack(lambda w: PATHS.of_item(FIGURES[w.figure])),
    output:
        report(
            multiext(PATHS.figure, ".pdf", ".png"),
            category="Figures",
            labels={"figure": "{figure}", "format": "pdf, png"},
            caption="../report/figure.rst",
        ),
    log:
        PATHS.log("figures/{figure}"),
    wildcard_constraints:
        figure="|".join(FIGURES),
    params:
        item=lambda w: FIGURES[w.figure].for_script(),
        caption=lambda w: FIGURES[w.figure].caption,
        code=lambda w: code("figure.py", f"softtopics.report.figures.{FIGURES[w.figure].module}"),
    script:
        "../scripts/figure.py"


rule tables:
    input:
        PATHS.of_report(TABLES, []),


rule figures:
    input:
        PATHS.of_report([], FIGURES),


rule page:
    input:
        figures=expand(f"{PATHS.figure}.png", figure=FIGURES),
        tables=expand(f"{PATHS.table}.html", table=TABLES),
    output:
        PATHS.page,
    log:
        PATHS.log("report"),
    params:
        headings=[(f"figure_{name}", item.title, item.caption) for name, item in FIGURES.items()]
        + [(f"table_{name}", item.title, "") for name, item in TABLES.items()],
        config=config,
        code=code("page.py"),
    script:
        "../scripts/page.py"


rule report:
    input:
        rules.tables.input,
        rules.figures.input,
        rules.page.output,
