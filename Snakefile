# SoftTopics: corpora -> teachers -> models -> metrics -> report. `snakemake --cores 8 all` runs config.yaml.
import os

from snakemake.utils import min_version

min_version("9.27")


# What --configfile says is merged over config.yaml: this one and, where Snakemake is started elsewhere, that one there.
configfile: os.path.join(workflow.basedir, "config.yaml")


if os.path.exists("config.yaml") and not os.path.samefile("config.yaml", f"{workflow.basedir}/config.yaml"):

    configfile: "config.yaml"


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/corpora.smk"
include: "workflow/rules/reading.smk"
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


onstart:
    checked(slurm.check, slurm.requests(workflow))
    checked(enough.check_known, config, about_to_run("corpus"))


onsuccess:
    announce(rules.all.input)
