# SoftTopics: corpora -> teachers -> models -> metrics -> report. `snakemake --cores 8 all` runs config.yaml.
from snakemake.utils import min_version

min_version("9.27")


configfile: "config.yaml"


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/corpora.smk"
include: "workflow/rules/teachers.smk"
include: "workflow/rules/views.smk"
include: "workflow/rules/models.smk"
include: "workflow/rules/metrics.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/explorer.smk"


rule all:
    default_target: True
    input:
        rules.report.input,
        rules.scores.output,
        [PATHS.explorer_page] if EXPLORER["enabled"] else [],


onsuccess:
    announce(rules.all.input)
