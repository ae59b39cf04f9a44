# SoftTopics: corpora -> teachers -> models -> metrics -> report. `snakemake --cores 8 all` runs config.yaml.
configfile: "config.yaml"

include: "workflow/rules/common.smk"
include: "workflow/rules/corpora.smk"
include: "workflow/rules/teachers.smk"
include: "workflow/rules/models.smk"
include: "workflow/rules/rating.smk"
include: "workflow/rules/evaluation.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/published.smk"


rule all:
    default_target: True
    input:
        rules.report.input,
        rules.scores.output,


onsuccess:
    announce()
