"""config.yaml -> what runs: validated, defaults filled in, ablations spelled out as cells."""

from pathlib import Path
from typing import Any, NamedTuple

from softtopics.errors import InputError
from softtopics.hub import check_id
from softtopics.schema import fill_and_check, suggestion
from softtopics.signatures import known_models, parameters_of

DEFAULT = "default"  # the variant that is the method as its config block says
# Parameters of an ablation that are not the model's own: what it learns from, what it reads, both, and the corpus's V.
SPECIAL = ("teacher", "input", "reader", "vocabulary_size")


class Cell(NamedTuple):
    """What one job trains, with every seed."""

    corpus: str
    method: str
    variant: str
    k: int


def load(config: dict, schema_path: str | Path) -> dict:
    """Fill in the schema's defaults and check everything that can be checked before a job starts.

    Args:
        config: the merged config files.
        schema_path: workflow/schemas/config.schema.yaml.

    Raises:
        InputError: a key is unknown, has the wrong type, or names something that is not there.
    """
    fill_and_check(config, schema_path)
    check_names(config)
    for name in used_corpora(config):
        source = config["corpora"][name]["source"]
        check_dataset(f"corpora.{name}.source", source)
        if source["kind"] == "table" and not Path(source["path"]).is_file():
            raise InputError(
                f"corpora.{name}.source.path: there is no file {source['path']}; paths start at the working directory"
            )
    for name in external_references(config):
        if not Path(path := config["reference_texts"][name]["path"]).is_file():
            raise InputError(
                f"reference_texts.{name}.path: there is no file {path}; paths start at the working directory"
            )
    return config


def check_names(config: dict) -> None:
    """Every name in the config is one that its catalogue has, every parameter one that its model takes."""

    def named(where: str, name: str, catalogue: str) -> None:
        if name not in config[catalogue]:
            raise InputError(f"config: {where}: {catalogue} has no {name!r}{suggestion(name, list(config[catalogue]))}")

    for catalogue in ("corpora", "methods", "ablations"):
        for name in config["run"][catalogue]:
            named(f"run.{catalogue}", name, catalogue)
    for name in config["run"]["references"]:
        named("run.references", name, "teachers")
    if "corpus" in config["reference_texts"]:
        raise InputError("config: reference_texts.corpus: that name means the corpus itself; choose another")
    for name in external_references(config):
        named("evaluation.coherence.references", name, "reference_texts")
    for name, teacher in config["teachers"].items():
        if is_published(config, name):
            check_published(f"teachers.{name}", teacher)
            continue
        named(f"teachers.{name}.lm", teacher["lm"], "lms")
        named(f"teachers.{name}.prompt", teacher["prompt"], "prompts")
        check_words(f"teachers.{name}.words", teacher["words"], config["lms"][teacher["lm"]]["kind"])
    for name, ablation in config["ablations"].items():
        for catalogue in ("methods", "corpora"):
            for key in ablation[catalogue] or []:
                named(f"ablations.{name}.{catalogue}", key, catalogue)
        if ablation["parameter"] == "vocabulary_size":
            for value in ablation["values"]:
                if not isinstance(value, int) or value < 2:
                    raise InputError(
                        f"config: ablations.{name}.values: {value!r} is no vocabulary size; write whole numbers above 1"
                    )
    for name, methods in config["report"]["backbones"].items():
        for method in methods:
            named(f"report.backbones.{name}", method, "methods")
    for name, block in config["methods"].items():
        if block["model"] not in known_models():
            raise InputError(
                f"config: methods.{name}.model: there is no model {block['model']!r}"
                f"{suggestion(block['model'], known_models())}"
            )
        known = parameters_of(block["model"])
        for variant in variants(config, name):
            settings = method_settings(config, name, variant)
            for teacher in [*settings["input"], *filter(None, [settings["teacher"]])]:
                named(f"methods.{name}", teacher, "teachers")
            for parameter in settings["parameters"]:
                if parameter not in known:
                    raise InputError(
                        f"config: methods.{name}: {block['model']} has no parameter {parameter!r}"
                        f"{suggestion(parameter, known)}"
                    )
    check_titles(config)
    check_rating(config)


def check_rating(config: dict) -> None:
    """A rater that reads has a language model to read with."""
    rating = config["rating"]
    if not rating["enabled"] or rating["kind"] == "server":
        return
    able = [name for name, block in config["lms"].items() if block["kind"] == "causal_lm"]
    if rating["lm"] not in able:
        raise InputError(
            f"config: rating.lm: kind {rating['kind']} needs a key of lms of kind causal_lm, not {rating['lm']!r}"
            f"{suggestion(str(rating['lm']), able)}"
        )


def check_titles(config: dict) -> None:
    """Rows and sections of tables are told apart by their titles alone."""
    run = config["run"]
    ablations = [config["ablations"][name] for name in run["ablations"]]
    shown = {
        "corpora": used_corpora(config),
        "methods": [*run["methods"], *(method for block in ablations for method in block["methods"])],
        "teachers": [scores.teacher for scores in used_word_scores(config)],
        "lms": [config["teachers"][t]["lm"] for t in run["references"] if not is_published(config, t)],
    }
    for catalogue, names in shown.items():
        seen: dict[str, str] = {}
        for name in names:
            title = config[catalogue][name].get("title", name)
            if (other := seen.setdefault(title, name)) != name:
                raise InputError(
                    f"config: {catalogue}.{other} and {catalogue}.{name} are both called {title!r} and would share "
                    "a row; give one of them another title"
                )


def is_published(config: dict, teacher: str) -> bool:
    """Whether a teacher's states and scores are read from a dataset: it has a source in place of a model."""
    return "source" in config["teachers"][teacher]


def reading(config: dict, teacher: str) -> tuple[str, str]:
    """What a teacher's hidden states depend on beside the corpus: its model and its prompt, or its dataset."""
    block = config["teachers"][teacher]
    return (teacher, "") if is_published(config, teacher) else (block["lm"], block["prompt"])


def check_published(where: str, teacher: dict) -> None:
    """A teacher with a source reads nothing itself."""
    if extra := [key for key in ("lm", "prompt", "words") if key in teacher]:
        raise InputError(
            f"config: {where} has a source and {extra[0]!r}; published soft labels need no model: leave out one of them"
        )
    check_dataset(f"{where}.source", teacher["source"])


def check_dataset(where: str, source: dict) -> None:
    """A dataset of the hub is pinned; a file of words is there."""
    if source["kind"] in ("hub", "soft_labels"):
        check_id(f"config: {where}", source["id"], source.get("revision"))
    words = source.get("vocabulary")
    if words and not Path(words).expanduser().is_file():
        raise InputError(f"config: {where}.vocabulary: there is no file {words}; paths start at the working directory")


def check_words(where: str, words: dict, kind: str) -> None:
    """A teacher scores words as its kind of model can."""
    needed = "scale" if kind == "encoder" else "forms"
    known = ["scale"] if kind == "encoder" else ["forms", "unspaced", "tokens", "branches"]
    given = {key: value for key, value in words.items() if (key, value) != ("tokens", "first")}
    if needed not in given:
        raise InputError(f"config: {where} lacks {needed!r}, which the words of a model of kind {kind} need")
    if wrong := [key for key in given if key not in known]:
        raise InputError(f"config: {where} has {wrong[0]!r}; a model of kind {kind} knows {', '.join(known)}")


def variant_name(ablation: str, value: Any) -> str:
    text = "+".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"{ablation}-{text}"


def own_value(config: dict, corpus: str, method: str, parameter: str) -> Any:
    """What a method on a corpus has without an ablation (None where it leaves it to the model's default).

    Its `reader` is its teacher if it reads that teacher's hidden states and nothing else, else None.
    """
    block = config["methods"][method]
    if parameter == "vocabulary_size":
        return config["corpora"][corpus]["preparation"]["vocabulary_size"]
    if parameter == "reader":
        alone = block["teacher"] and [reading(config, t) for t in block["input"]] == [reading(config, block["teacher"])]
        return block["teacher"] if alone else None
    return block[parameter] if parameter in SPECIAL else block["parameters"].get(parameter)


def variant_of(config: dict, ablation: str, corpus: str, method: str, value: Any) -> str:
    """The variant with that value: `default` where the method has it on this corpus anyway."""
    same = own_value(config, corpus, method, config["ablations"][ablation]["parameter"]) == value
    return DEFAULT if same else variant_name(ablation, value)


def variants(config: dict, method: str) -> list[str]:
    """Every variant of a method that some ablation may define, `default` first."""
    names = [DEFAULT]
    for name, ablation in config["ablations"].items():
        if method in ablation["methods"]:
            names += [variant_name(name, value) for value in ablation["values"]]
    return names


def method_settings(config: dict, method: str, variant: str) -> dict:
    """All that the result of a method's variant depends on.

    Returns:
        model, teacher, input, parameters, and vocabulary_size: None for the corpus's own.
    """
    block = config["methods"][method]
    settings = {name: block[name] for name in ("model", "teacher", "input")}
    settings |= {"parameters": dict(block["parameters"]), "vocabulary_size": None}
    if variant == DEFAULT:
        return settings
    for name, ablation in config["ablations"].items():
        for value in ablation["values"]:
            if variant == variant_name(name, value):
                match ablation["parameter"]:
                    case "reader":
                        settings |= {"teacher": value, "input": [value]}
                    case parameter if parameter in SPECIAL:
                        settings[parameter] = value
                    case parameter:
                        settings["parameters"][parameter] = value
                return settings
    raise InputError(f"config: no ablation defines the variant {variant!r} of {method}")


def vocabulary_size(config: dict, corpus: str, method: str, variant: str) -> int:
    """V that a cell asks for: the variant's, or the corpus's own."""
    size = method_settings(config, method, variant)["vocabulary_size"]
    return size or own_value(config, corpus, method, "vocabulary_size")


def default_cells(config: dict) -> list[Cell]:
    """The cells of the main tables: every method as its block says."""
    run = config["run"]
    return [Cell(c, m, DEFAULT, k) for c in run["corpora"] for m in run["methods"] for k in run["topics"]]


def ablation_cells(config: dict, ablation: str) -> list[Cell]:
    """The cells of one ablation, in the order corpus, method, value, K."""
    block, run = config["ablations"][ablation], config["run"]
    return [
        Cell(corpus, method, variant_of(config, ablation, corpus, method, value), k)
        for corpus in block["corpora"] or run["corpora"]
        for method in block["methods"]
        for value in block["values"]
        for k in block["topics"] or run["topics"]
    ]


def all_cells(config: dict) -> list[Cell]:
    """Everything that is trained, once."""
    cells = default_cells(config)
    for ablation in config["run"]["ablations"]:
        cells += ablation_cells(config, ablation)
    return list(dict.fromkeys(cells))


class RatingJob(NamedTuple):
    """What one job rates: cells of one corpus and vocabulary."""

    corpus: str
    v: int
    part: str  # main, or the ablation that adds the cells


def rating_jobs(config: dict) -> dict[RatingJob, list[Cell]]:
    """Every cell once, in jobs that are worth loading a rater for; a new value of an ablation is no main cell."""
    parts = {"main": default_cells(config)}
    parts |= {f"ablation_{name}": ablation_cells(config, name) for name in config["run"]["ablations"]}
    part_of: dict[Cell, str] = {}
    for part, cells in parts.items():
        for cell in cells:
            part_of.setdefault(cell, part)
    jobs: dict[RatingJob, list[Cell]] = {}
    for cell, part in part_of.items():
        job = RatingJob(cell.corpus, vocabulary_size(config, *cell[:3]), part)
        jobs.setdefault(job, []).append(cell)
    return jobs


def external_references(config: dict) -> list[str]:
    """The texts outside the corpora that coherence is measured in."""
    return [name for name in config["evaluation"]["coherence"]["references"] if name != "corpus"]


def used_corpora(config: dict) -> list[str]:
    """Corpora that something runs on: those of `run`, then those that only an ablation names."""
    names = list(config["run"]["corpora"])
    for ablation in config["run"]["ablations"]:
        names += config["ablations"][ablation]["corpora"] or []
    return list(dict.fromkeys(names))


class WordScores(NamedTuple):
    """The words of one vocabulary of a corpus, scored by one teacher."""

    corpus: str
    teacher: str
    v: int


def used_word_scores(config: dict) -> list[WordScores]:
    """Word scores that some cell or reference reads, by corpus, teacher (both in catalogue order) and V."""
    used = set()
    for cell in all_cells(config):
        teacher = method_settings(config, cell.method, cell.variant)["teacher"]
        used.add(WordScores(cell.corpus, teacher, vocabulary_size(config, *cell[:3])))
    for corpus in config["run"]["corpora"]:
        size = config["corpora"][corpus]["preparation"]["vocabulary_size"]
        used |= {WordScores(corpus, teacher, size) for teacher in config["run"]["references"]}
    order = [*used_corpora(config)], [*config["teachers"]]
    return sorted(
        (scores for scores in used if scores.teacher),
        key=lambda scores: (order[0].index(scores.corpus), order[1].index(scores.teacher), scores.v),
    )
