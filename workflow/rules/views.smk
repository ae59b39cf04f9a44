# NEEDS hidden states, word scores and words of documents. MAKES views of the documents, the neighbours in them, and mixed
# teachers, whose labels are averages over neighbours.
MIXED = [teacher for teacher in config["teachers"] if teachers.is_mixed(config, teacher)]


rule view:
    input:
        documents=PATHS.documents,
        parts=lambda w: PATHS.of_parts(w.corpus, config["views"][w.view], PATHS.size(w.corpus)),
        neighbours=lambda w: PATHS.of_neighbours(w.corpus, config["views"][w.view]),
    output:
        f"{PATHS.view}.npy",
    log:
        PATHS.log("views/{corpus}/{view}"),
    resources:
        **needs(4, 30),
    params:
        parts=lambda w: parameters.parts(config["views"][w.view]),
        around=lambda w: parameters.count_around(config["views"][w.view]),
        code=code("view.py"),
    script:
        "../scripts/view.py"


rule neighbours:
    input:
        documents=PATHS.documents,
        view=f"{PATHS.view}.npy",
    output:
        f"{PATHS.neighbours}.npy",
    log:
        PATHS.log("neighbours/{corpus}/{view}"),
    benchmark:
        PATHS.benchmark("neighbours/{corpus}/{view}")
    priority: 10  # every score waits for it, and it is short: with one thread it need not wait until all cores are free
    resources:
        **needs(4, 120),
    params:
        code=code("neighbours.py"),
    script:
        "../scripts/neighbours.py"


rule mixed_teacher:
    input:
        documents=PATHS.documents,
        parts=lambda w: PATHS.of_parts(w.corpus, teacher_of(w), w.v),
        neighbours=lambda w: PATHS.of_neighbours(w.corpus, teacher_of(w)),
        words=lambda w: [
            PATHS.of_teacher(w.corpus, part, w.v, "meta.json") for part in teachers.parts_of(config, w.teacher)
        ],
    output:
        logits=f"{PATHS.teacher}/logits.npy",
        meta=f"{PATHS.teacher}/meta.json",
    log:
        PATHS.log("teachers/{corpus}/{teacher}/v{v}"),
    benchmark:
        PATHS.benchmark("teachers/{corpus}/{teacher}/v{v}")
    wildcard_constraints:
        teacher="|".join(MIXED) or "-",
    resources:
        **needs(4, 30),
    params:
        parts=lambda w: parameters.parts(teacher_of(w)),
        around=lambda w: teacher_of(w).get("neighbours"),
        code=code("mixed_teacher.py"),
    script:
        "../scripts/mixed_teacher.py"
