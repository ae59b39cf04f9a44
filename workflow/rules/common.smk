# NEEDS the config. MAKES its checked form, and all functions of the rules: paths, code fingerprints, memory, wildcards.
import os
import sys
from pathlib import Path

ROOT = Path(workflow.basedir)
# Jobs run their scripts in new processes: they find the package here, installed or not.
sys.path.insert(0, str(ROOT / "src"))
os.environ.update(PYTHONPATH=os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")])))

# A thread that waits for another must not spin: it may be waiting for a core that another job has.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from snakemake.exceptions import WorkflowError

from softtopics.config import files, grid, keys, settings, teachers
from softtopics.errors import InputError
from softtopics.jobs import enough, evaluated, manifest, owners, parameters, slurm
from softtopics.jobs.contents import Contents
from softtopics.jobs.dependencies import fingerprint
from softtopics.jobs.paths import CELL, Paths
from softtopics.jobs.resume import drop_empty


def checked(function, *arguments):
    """What a function makes of the config; a mistake in it ends the workflow with its one sentence."""
    try:
        return function(*arguments)
    except InputError as error:
        raise WorkflowError(str(error)) from None


checked(keys.check_files, workflow.configfiles)


if "all" in config:
    raise WorkflowError(
        "`all` stands behind --configfile, which takes every word that follows it for a config file: put targets in "
        "front, as in `snakemake --cores 8 all --configfile mine.yaml`"
    )
config = checked(settings.load, config, files.SCHEMA)

if workflow.is_main_process:
    owners.claim()

RUN = config["run"]
SHARES = config["extraction"]["jobs"]
PATHS = Paths(config)
CONTENTS = Contents(PATHS.store)


wildcard_constraints:
    corpus="|".join(config["corpora"]),
    lm="|".join(config["lms"]),
    prompt="|".join(config["prompts"]),
    teacher="|".join(config["teachers"]),
    view="|".join(config["views"]) or "-",
    method="|".join(config["methods"]),
    vectors="|".join(config["word_vectors"]) or "-",
    variant=r"[^/]+",
    k=r"\d+",
    reference="|".join(["corpus", *config["reference_texts"]]),
    part=r"\w+",
    v=r"\d+",
    share=r"\d+",


conda: str(ROOT / "envs/environment.yaml")


def code(script, *modules):
    """A parameter that changes with a script, or with any file of the package that it or `modules` depend on."""
    return fingerprint(ROOT / "workflow/scripts" / script, *modules)


def content(paths):
    """A parameter that changes with what is in the user's files, and not with their dates."""
    return checked(CONTENTS.fingerprint, paths)


def needs(gigabytes, minutes):
    """Resources of a job, which may be functions of wildcards; they double with every attempt, for a job that ran out."""

    def doubling(amount, unit):
        of = amount if callable(amount) else lambda wildcards: amount
        return lambda wildcards, attempt: int(of(wildcards) * unit * 2 ** (attempt - 1))

    return {"mem_mb": doubling(gigabytes, 1000), "runtime": doubling(minutes, 1)}


def memory_of(lm):
    """Gigabytes of a job that loads a language model, of which `lm` says which; see `parameters.gigabytes`."""
    return lambda wildcards: parameters.gigabytes(config["lms"][lm(wildcards)])


def cell_of(wildcards):
    return grid.Cell(wildcards.corpus, wildcards.method, wildcards.variant, int(wildcards.k))


def cell_size(wildcards):
    return PATHS.size_of(cell_of(wildcards))


def settings_of(wildcards):
    return grid.method_settings(config, wildcards.method, wildcards.variant)


def teacher_of(wildcards):
    return config["teachers"][wildcards.teacher]


def words_read(wildcards):
    """The vocabulary that a reading's prompt takes words from, if it does."""
    prompt = getattr(wildcards, "prompt", None) or teacher_of(wildcards)["prompt"]
    return PATHS.of_words_read(wildcards.corpus, prompt)


def trusted(lm):
    return config["lms"][lm]["trust_remote_code"]


def reading_in(folder, *arrays):
    """The files of a reading, by the names of its arrays."""
    return {name: f"{folder}/{name}.npy" for name in arrays} | {"meta": f"{folder}/meta.json"}


def made_by_reading(folder, *arrays):
    """What a job that reads writes: all of it, or its part, which is put together with the others and forgotten."""
    return {"part": temp(PATHS.part(folder))} if SHARES > 1 else reading_in(folder, *arrays)


def share_of(wildcards):
    """Which part of a reading is a job's, of how many."""
    return [int(wildcards.share), SHARES] if SHARES > 1 else [0, 1]


def about_to_run(rule):
    """The corpora that a rule is about to run for."""
    return {job.wildcards.corpus for job in workflow.dag.needrun_jobs() if job.rule.name == rule}


def announce(paths):
    """The end of a run: what it wrote is listed, and said."""
    drop_empty(Path(PATHS.store))
    evaluated.write(Path(PATHS.results), config["evaluation"])
    manifest.gather(Path(PATHS.results), workflow.dag.jobs)
    pages = [path for path in paths if path.endswith((".html", ".md", ".png"))]
    if all(os.path.exists(path) for path in pages):
        shown = [path.replace(PATHS.store, os.path.normpath(config["results"]), 1) for path in dict.fromkeys(pages)]
        print("\nDone. Look at:", *shown, sep="\n  ", file=sys.stderr)
