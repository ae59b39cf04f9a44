"""What a schema cannot say of views, mixed teachers and word vectors: what they are made of has what they take."""

from softtopics.config.teachers import is_model
from softtopics.errors import InputError

READ = ("teachers", "views")  # whose states topic models read


def check_views(config: dict) -> None:
    """Teachers and views have different names, are made of what has what they take, and average over no view twice."""
    if both := sorted(set(config["teachers"]) & set(config["views"])):
        raise InputError(f"config: {both[0]!r} is a teacher and a view; give one of them another name")
    for catalogue in READ:
        for name, block in config[catalogue].items():
            where = f"config: {catalogue}.{name}"
            for part in block.get("parts", ()):
                wordy = "lsa" if catalogue == "views" else "words"
                if (part["of"] == wordy) == ("teacher" in part):
                    raise InputError(f"{where}.parts: a part is of a teacher, or of: {wordy} and of no teacher")
                if (part["of"] == "lsa") < ("dimensions" in part):
                    raise InputError(f"{where}.parts: dimensions belong to a part of: lsa; leave them out")
                if part["of"] != wordy and "parts" in config["teachers"][part["teacher"]]:
                    raise InputError(f"{where}.parts: {part['teacher']!r} is mixed itself; name its parts instead")
            seen, around = {name}, block.get("neighbours")
            while around:
                if around["view"] in seen:
                    raise InputError(f"{where}.neighbours: {around['view']!r} averages over itself; take another view")
                seen.add(around["view"])
                around = config["views"][around["view"]].get("neighbours")


def check_encoded_words(config: dict) -> None:
    """Word vectors of kind encoder are those of a teacher that is one."""
    able = [
        name
        for name, teacher in config["teachers"].items()
        if is_model(config, name) and config["lms"][teacher["lm"]]["kind"] == "encoder"
    ]
    for name, source in config["word_vectors"].items():
        if source["kind"] == "encoder" and source["teacher"] not in able:
            raise InputError(
                f"config: word_vectors.{name}.teacher: {source['teacher']!r} is no sentence encoder; name a teacher "
                f"whose lm is of kind encoder ({', '.join(able) or 'there is none yet'})"
            )
