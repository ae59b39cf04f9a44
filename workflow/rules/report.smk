# Scores -> tables, figures, page. A rule here reads only the scores it shows.
from softtopics.report import conditions

TABLE = RESULTS + "/tables/{table}"
FIGURE = RESULTS + "/figures/{figure}"
ABLATIONS = RUN["ablations"]
MAIN_CELLS = grid.default_cells(config)
CORPORA = grid.used_corpora(config)
USED = grid.used_word_scores(config)
PAIRS = checked(conditions.pairs, config)  # published.smk
BACKBONES = {name: [m for m in methods if m in RUN["methods"]] for name, methods in config["report"]["backbones"].items()}
BACKBONES = {name: methods for name, methods in BACKBONES.items() if methods}
ARRANGED = [*(["retrieval_by_k"] if len(RUN["topics"]) > 1 else []), *(["backbones"] if BACKBONES else [])]
RATED = ["rating_validity"] if RATER["enabled"] else []
TABLES = ["main", *RATED, "coherence", "clustering", "retrieval", *ARRANGED, *(["published"] if PAIRS else []), *(f"ablation_{a}" for a in ABLATIONS), "topics", "corpora", "duplicates", *(["teachers"] if USED else [])]
CURVES = [a for a in ABLATIONS if all(type(v) in (int, float) for v in config["ablations"][a]["values"])]
FIGURES = ["main", *(["published"] if PAIRS else []), *(f"ablation_{a}" for a in CURVES)]
FORMATS = ("csv", "md", "tex", "html")
TITLES = {
    "main": "Main results",
    "rating_validity": "Validity of the rating",
    "coherence": "Coherence",
    "clustering": "Clustering",
    "retrieval": "Retrieval",
    "retrieval_by_k": "Retrieval by number of topics",
    "backbones": "Backbones",
    "published": "Published and reproduced",
    "topics": "Topics",
    "corpora": "Corpora",
    "duplicates": "Duplicates",
    "teachers": "Teachers",
    **{f"ablation_{name}": config["ablations"][name].get("title", name) for name in ABLATIONS},
}


def titles(catalogue, names):
    return {name: config[catalogue][name].get("title", name) for name in names}


def audits(corpora=RUN["corpora"]):
    return expand(CORPUS + "/audit.json", corpus=corpora)


def reading_titles():
    """What the readings of the reference teachers are called: by their model, and by their prompt where it has several."""
    read = {teacher: grid.reading(config, teacher) for teacher in readings()}
    models = [lm for lm, _ in read.values()]
    return {
        teacher: f"{titles('teachers', [teacher])[teacher]} (published)" if grid.is_published(config, teacher)
        else titles("lms", [lm])[lm] + (f", prompt {prompt}" if models.count(lm) > 1 else "")
        for teacher, (lm, prompt) in read.items()
    }


def vector_titles(methods):
    """Where word vectors come from, by the titles of the methods that start from some."""
    found = {}
    for method, title in titles("methods", methods).items():
        if name := config["methods"][method]["word_vectors"]:
            source = config["word_vectors"][name]
            found[title] = source.get("path") or source.get("name") or "the corpus itself"
    return found


def layout(corpora=RUN["corpora"], methods=RUN["methods"], topics=RUN["topics"]):
    """What a script needs to make a `Layout`: order, titles, colours, K and seeds."""
    return {
        "corpora": titles("corpora", corpora),
        "methods": titles("methods", methods),
        "teachers": titles("teachers", RUN["references"]),
        "readings": reading_titles(),
        "colors": {m: config["methods"][m]["color"] for m in methods if "color" in config["methods"][m]},
        "proposed": [m for m in methods if config["methods"][m]["teacher"]],
        "topics": topics,
        "seeds": RUN["seeds"],
        "alpha": config["evaluation"]["alpha"],
        "references": {r: config["reference_texts"].get(r, {}).get("title", r) for r in COHERENCE["references"]},
        "correction": config["evaluation"]["correction"],
        "rater": rater_title(),
        "vectors": vector_titles(methods),
    }


def ablation_layout(ablation):
    block = config["ablations"][ablation]
    return layout(ablation_corpora(ablation), block["methods"], block["topics"] or RUN["topics"])


def ablation_corpora(ablation):
    return config["ablations"][ablation]["corpora"] or RUN["corpora"]


def by_corpus_and_method(ablation, function):
    methods = config["ablations"][ablation]["methods"]
    return {c: {m: function(c, m) for m in methods} for c in ablation_corpora(ablation)}


def ablation_lines(ablation):
    """For every corpus and method the ablation's values with their variants."""
    values = config["ablations"][ablation]["values"]
    return by_corpus_and_method(
        ablation, lambda c, m: [(value, grid.variant_of(config, ablation, c, m, value)) for value in values]
    )


def ablation_defaults(ablation):
    """For every corpus and method the value it has without the ablation."""
    parameter = config["ablations"][ablation]["parameter"]
    return by_corpus_and_method(ablation, lambda c, m: grid.own_value(config, c, m, parameter))


def figure_caption(figure):
    """The caption that Snakemake's report shows, for our page."""
    kind = figure if figure in ("main", "published") else "ablation"
    return (ROOT / f"workflow/report/{kind}_figure.rst").read_text(encoding="utf-8")


rule main_table:
    input:
        scores=lambda w: score_files(MAIN_CELLS) + (rating_files(MAIN_CELLS) if w.table == "main" else []),
        references=expand(REFERENCE, corpus=RUN["corpora"]),
        audits=audits(),
        validity=lambda w: validity_files(w.table == "main"),
        code=code("score_table.py"),
    output:
        report(
            multiext(TABLE, *(f".{f}" for f in FORMATS)),
            category="Tables",
            labels={"table": "{table}", "format": "csv, md, tex, html"},
            caption="../report/table.rst",
        ),
    wildcard_constraints:
        table="main|coherence|clustering|retrieval",
    params:
        layout=layout(),
    log:
        RESULTS + "/logs/tables/{table}.log",
    benchmark:
        RESULTS + "/benchmarks/tables/{table}.tsv"
    localrule: True
    script:
        "../scripts/score_table.py"


rule rating_validity:
    input:
        validity=validity_files(),
        code=code("validity_table.py"),
    output:
        report(multiext(RESULTS + "/tables/rating_validity", *(f".{f}" for f in FORMATS)), category="Tables",
               labels={"table": "rating_validity", "format": "csv, md, tex, html"}, caption="../report/table.rst"),
    params:
        layout=layout(),
        words=RATER["words"],
    log:
        RESULTS + "/logs/tables/rating_validity.log",
    benchmark:
        RESULTS + "/benchmarks/tables/rating_validity.tsv"
    localrule: True
    script:
        "../scripts/validity_table.py"


rule ablation_table:
    input:
        scores=lambda w: score_files(grid.ablation_cells(config, w.ablation)),
        audits=lambda w: audits(ablation_corpora(w.ablation)),
        code=code("ablation_table.py"),
    output:
        report(
            multiext(RESULTS + "/tables/ablation_{ablation}", *(f".{f}" for f in FORMATS)),
            category="Tables",
            labels={"table": "{ablation}", "format": "csv, md, tex, html"},
            caption="../report/table.rst",
        ),
    params:
        layout=lambda w: ablation_layout(w.ablation),
        lines=lambda w: ablation_lines(w.ablation),
        title=lambda w: config["ablations"][w.ablation].get("title", w.ablation),
        parameter=lambda w: config["ablations"][w.ablation]["parameter"],
    log:
        RESULTS + "/logs/tables/ablation_{ablation}.log",
    benchmark:
        RESULTS + "/benchmarks/tables/ablation_{ablation}.tsv"
    localrule: True
    script:
        "../scripts/ablation_table.py"


rule topics_table:
    input:
        runs=[f"{RESULTS}/runs/{c.corpus}/{c.method}/{c.variant}/k{c.k}.npz" for c in MAIN_CELLS if c.k == max(RUN["topics"])],
        code=code("topics_table.py"),
    output:
        report(multiext(RESULTS + "/tables/topics", *(f".{f}" for f in FORMATS)), category="Tables",
               labels={"table": "topics", "format": "csv, md, tex, html"}, caption="../report/table.rst"),
    params:
        layout=layout(),
        shown=config["report"]["topics_shown"],
    log:
        RESULTS + "/logs/tables/topics.log",
    benchmark:
        RESULTS + "/benchmarks/tables/topics.tsv"
    localrule: True
    script:
        "../scripts/topics_table.py"


rule corpora_table:
    input:
        audits=audits(CORPORA),
        vocabularies=[expand(VOCABULARY + "/audit.json", corpus=c, v=own_size(c))[0] for c in CORPORA],
        code=code("corpora_table.py"),
    output:
        report(multiext(RESULTS + "/tables/corpora", *(f".{f}" for f in FORMATS)), category="Tables",
               labels={"table": "corpora", "format": "csv, md, tex, html"}, caption="../report/table.rst"),
    params:
        layout=layout(CORPORA),
    log:
        RESULTS + "/logs/tables/corpora.log",
    benchmark:
        RESULTS + "/benchmarks/tables/corpora.tsv"
    localrule: True
    script:
        "../scripts/corpora_table.py"


rule duplicates_table:
    input:
        audits=audits(CORPORA),
        code=code("duplicates_table.py"),
    output:
        report(multiext(RESULTS + "/tables/duplicates", *(f".{f}" for f in FORMATS)), category="Tables",
               labels={"table": "duplicates", "format": "csv, md, tex, html"}, caption="../report/table.rst"),
    params:
        layout=layout(CORPORA),
    log:
        RESULTS + "/logs/tables/duplicates.log",
    benchmark:
        RESULTS + "/benchmarks/tables/duplicates.tsv"
    localrule: True
    script:
        "../scripts/duplicates_table.py"


rule teachers_table:
    input:
        readings=[hidden_of(used.corpus, used.teacher).replace("hidden.npy", "meta.json") for used in USED],
        words=[expand(TEACHER + "/meta.json", **used._asdict())[0] for used in USED],
        code=code("teachers_table.py"),
    output:
        report(multiext(RESULTS + "/tables/teachers", *(f".{f}" for f in FORMATS)), category="Tables",
               labels={"table": "teachers", "format": "csv, md, tex, html"}, caption="../report/table.rst"),
    params:
        layout=layout(CORPORA),
        used=[tuple(used) for used in USED],
        titles=titles("teachers", [used.teacher for used in USED]),
    log:
        RESULTS + "/logs/tables/teachers.log",
    benchmark:
        RESULTS + "/benchmarks/tables/teachers.tsv"
    localrule: True
    script:
        "../scripts/teachers_table.py"


rule main_figure:
    input:
        scores=score_files(MAIN_CELLS),
        references=expand(REFERENCE, corpus=RUN["corpora"]),
        audits=audits(),
        code=code("main_figure.py"),
    output:
        report(multiext(RESULTS + "/figures/main", ".pdf", ".png"), category="Figures",
               labels={"figure": "main", "format": "pdf, png"}, caption="../report/main_figure.rst"),
    params:
        layout=layout(),
    log:
        RESULTS + "/logs/figures/main.log",
    benchmark:
        RESULTS + "/benchmarks/figures/main.tsv"
    localrule: True
    script:
        "../scripts/main_figure.py"


rule ablation_figure:
    input:
        scores=lambda w: score_files(grid.ablation_cells(config, w.ablation)),
        audits=lambda w: audits(ablation_corpora(w.ablation)),
        code=code("ablation_figure.py"),
    output:
        report(multiext(RESULTS + "/figures/ablation_{ablation}", ".pdf", ".png"), category="Figures",
               labels={"figure": "{ablation}", "format": "pdf, png"}, caption="../report/ablation_figure.rst"),
    params:
        layout=lambda w: ablation_layout(w.ablation),
        lines=lambda w: ablation_lines(w.ablation),
        defaults=lambda w: ablation_defaults(w.ablation),
        title=lambda w: config["ablations"][w.ablation].get("title", w.ablation),
    log:
        RESULTS + "/logs/figures/ablation_{ablation}.log",
    benchmark:
        RESULTS + "/benchmarks/figures/ablation_{ablation}.tsv"
    localrule: True
    script:
        "../scripts/ablation_figure.py"


rule tables:
    input:
        expand(TABLE + ".{format}", table=TABLES, format=FORMATS),


rule figures:
    input:
        expand(FIGURE + ".{format}", figure=FIGURES, format=["pdf", "png"]),


rule page:
    input:
        tables=expand(TABLE + ".html", table=TABLES),
        figures=expand(FIGURE + ".png", figure=FIGURES),
        template=str(ROOT / "src/softtopics/report/page.html.jinja"),
        code=code("page.py"),
    output:
        RESULTS + "/report.html",
    params:
        headings=[(f"figure_{name}", TITLES[name], figure_caption(name)) for name in FIGURES]
        + [(f"table_{name}", TITLES[name], "") for name in TABLES],
        config=config,
    log:
        RESULTS + "/logs/report.log",
    benchmark:
        RESULTS + "/benchmarks/report.tsv"
    localrule: True
    script:
        "../scripts/page.py"


rule report:
    input:
        rules.tables.input,
        rules.figures.input,
        rules.page.output,
