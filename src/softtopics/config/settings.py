"""config.yaml -> what runs: validated, defaults filled in, ablations spelled out as cells."""

from pathlib import Path

from softtopics.errors import InputError
from softtopics.grid import external_references, is_published, method_settings, used_corpora, used_word_scores, variants
from softtopics.hub import check_id
from softtopics.schema import fill_and_check, suggestion
from softtopics.signatures import known_models, parameters_of


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
            if settings["word_vectors"]:
                named(f"methods.{name}.word_vectors", settings["word_vectors"], "word_vectors")
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
