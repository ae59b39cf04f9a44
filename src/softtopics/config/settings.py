"""The merged config files -> the settings of an experiment: defaults and titles filled in, everything checked."""

from pathlib import Path

from softtopics.config.checks import check, check_files
from softtopics.config.keys import check_values
from softtopics.config.schema import fill_and_check
from softtopics.markup import one_line

TITLED = ("corpora", "lms", "teachers", "views", "methods", "ablations", "reference_texts")


def load(config: dict, schema_path: str | Path, *, files: bool = True) -> dict:
    """Fill in the schema's defaults and check everything that can be checked before a job starts.

    Args:
        config: the merged config files; it is changed in place and returned.
        schema_path: workflow/schemas/config.schema.yaml.
        files: whether files that are read must be there already.

    Raises:
        InputError: a key is unknown, has the wrong type, or names something that is not there.
    """
    check_values(config)
    fill_and_check(config, schema_path)
    config["results"] = str(Path(config["results"]).expanduser())
    for catalogue in TITLED:
        for name, block in config[catalogue].items():
            block["title"] = one_line(block.get("title", name))
    check(config)
    if files:
        check_files(config)
    return config
