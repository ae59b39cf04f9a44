# What all rules share: the checked config, paths, the package files a rule depends on.
import os
import sys
from functools import cache
from pathlib import Path

ROOT = Path(workflow.basedir)
# Jobs run their scripts in new processes: they find the package here, installed or not.
sys.path.insert(0, str(ROOT / "src"))
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")]))

# A thread that waits for another must not spin: it may be waiting for a core that some other job has.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from snakemake.exceptions import WorkflowError

from softtopics import grid, settings
from softtopics.errors import InputError
from softtopics.hub import local_files
from softtopics.sources import source_files


def checked(function, *arguments):
    """What a function makes of the config; a mistake in it ends the workflow with its one sentence."""
    try:
        return function(*arguments)
    except InputError as error:
        raise WorkflowError(str(error)) from None


config = checked(settings.load, config, ROOT / "workflow/schemas/config.schema.yaml")

RUN = config["run"]
STORE = config["results"]  # language models are shared by all experiments
RESULTS = f"{STORE}/{config['experiment']}"

wildcard_constraints:
    corpus="|".join(config["corpora"]),
    lm="|".join(config["lms"]),
    prompt="|".join(config["prompts"]),
    teacher="|".join(config["teachers"]),
    method="|".join(config["methods"]),
    vectors="|".join(config["word_vectors"]) or "-",
    ablation="|".join(config["ablations"]) or "-",
    variant=r"[^/]+",
    k=r"\d+",
    reference="|".join(["corpus", *config["reference_texts"]]),
    v=r"\d+",

conda: str(ROOT / "envs/environment.yaml")


@cache
def code(name, *modules):
    """A script and the package files it depends on: inputs of its rule, so that an edit reruns it."""
    return [os.path.relpath(path) for path in source_files(ROOT / "workflow/scripts" / name, *modules)]


def memory(gigabytes):
    """`mem_mb` that doubles with every attempt of a job that ran out."""
    return lambda wildcards, attempt: int(gigabytes * 1000 * 2 ** (attempt - 1))


def announce():
    """The last words of a run: where to look."""
    done = [path for path in (*rules.report.input, *rules.tables.input, *rules.figures.input)]
    pages = [path for path in done if path.endswith((".html", ".md", ".png"))]
    if all(os.path.exists(path) for path in pages):
        print("\nDone. Look at:", *dict.fromkeys(pages), sep="\n  ", file=sys.stderr)
