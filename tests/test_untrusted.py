"""Files and names of strangers: nothing in them runs, leaves its folder, reaches a shell or page, or tells a key."""

import json
import logging
import pickle
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, SCHEMA, JsonHandler, serving, small_lm
from transformers import AutoModelForCausalLM

from softtopics.artifacts import read_array
from softtopics.config import files, settings
from softtopics.errors import InputError
from softtopics.metrics.raters.base import Cache
from softtopics.metrics.raters.server import ask
from softtopics.report.page import Part, write_page
from softtopics.report.render import Cell, Section, Table
from softtopics.teachers.encoder import load_encoder
from softtopics.teachers.prompts import Prompt
from softtopics.teachers.reader import Reader

KEY = "sk-very-secret"


class Trap:
    """Whoever unpickles it creates a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_an_array_of_objects_is_refused_and_nothing_in_it_runs(tmp_path):
    trap = tmp_path / "ran"
    np.save(tmp_path / "a.npy", np.array([Trap(trap)], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match=r"a\.npy is damaged"):
        read_array(tmp_path / "a.npy")
    assert not trap.exists()


def test_the_package_unpickles_nothing():
    for path in (ROOT / "src").rglob("*.py"):
        found = re.search(
            r"import pickle|pickle\.load|joblib\.load|torch\.load\(|allow_pickle=True|yaml\.(unsafe_)?load\(",
            path.read_text("utf-8"),
        )
        assert not found, f"{path}: {found[0]}"


def test_weights_that_are_a_pickle_run_nothing(tmp_path):
    folder = tmp_path / "lm"
    folder.mkdir()
    trap = tmp_path / "ran"
    (folder / "config.json").write_text(json.dumps({"model_type": "gpt2", "n_embd": 32, "n_layer": 1, "n_head": 2}))
    with (folder / "pytorch_model.bin").open("wb") as stream:
        pickle.dump(Trap(trap), stream)
    with pytest.raises(Exception, match=r"weights_only|pickle|Weights only|corrupt|unpickl"):
        AutoModelForCausalLM.from_pretrained(folder)
    assert not trap.exists()


def test_code_in_a_models_folder_runs_only_when_it_is_asked_for(smollm2, tmp_path):
    folder = small_lm("llama", smollm2, tmp_path)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config |= {"model_type": "strange", "auto_map": {"AutoConfig": "code.C", "AutoModelForCausalLM": "code.M"}}
    (folder / "config.json").unlink()
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / ".config.json.sha256").unlink()
    (folder / "code.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n", encoding="utf-8")
    with pytest.raises(ValueError, match="trust_remote_code"):
        Reader.load(folder, Prompt("{document}"), ["a"], "float32", False)
    assert not (tmp_path / "ran").exists()


def test_code_in_an_encoders_folder_runs_only_when_it_is_asked_for(tmp_path):
    modules = [{"idx": 0, "name": "0", "path": "", "type": "code.Mine"}]
    (tmp_path / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    (tmp_path / "code.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nclass Mine: pass\n", encoding="utf-8")
    with pytest.raises((ValueError, ImportError), match="trust_remote_code"):
        load_encoder(tmp_path, "cpu", False, "float32")
    assert not (tmp_path / "ran").exists()


def test_no_config_trusts_a_models_code_by_default():
    config = settings.load(files.read([ROOT / "config.yaml"]), SCHEMA)
    assert not any(block["trust_remote_code"] for block in config["lms"].values())


TAGGED = "experiment: !!python/object/apply:os.mkdir [ran]\n"


def test_tags_of_yaml_make_nothing(tmp_path):
    (tmp_path / "bad.yaml").write_text(TAGGED, encoding="utf-8")
    with pytest.raises(InputError, match="python/object"):
        files.read([tmp_path / "bad.yaml"])
    command = [sys.executable, "-m", "snakemake", "-n", "--directory", str(tmp_path), "-s", str(ROOT / "Snakefile")]
    command += ["--configfile", str(ROOT / "config.yaml"), str(tmp_path / "bad.yaml")]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode != 0 and not (tmp_path / "ran").exists() and not (ROOT / "ran").exists()


BAD = ["../x", "..", "a/b", "/tmp/x", "$(touch x)", "`touch x`", "a;b", "a b", "a\n", "-", "", "a'b", "{corpus}", "~"]
CATALOGUES = {
    "corpora": {"source": {"kind": "wordnet", "entries": "topics"}},
    "lms": {"kind": "encoder", "source": {"kind": "folder", "path": "."}},
    "prompts": {"template": "{document}"},
    "methods": {"model": "lda"},
    "ablations": {"methods": ["lda"], "parameter": "passes", "values": [1]},
    "word_vectors": {"kind": "corpus"},
    "reference_texts": {"path": "config.yaml"},
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("catalogue", CATALOGUES)
def test_a_name_cannot_leave_its_folder_or_reach_a_shell(catalogue, name):
    config = files.read([ROOT / "config.yaml"])
    config.setdefault(catalogue, {})[name] = CATALOGUES[catalogue]
    with pytest.raises(InputError, match=f"config: {catalogue}"):
        settings.load(config, SCHEMA)


@pytest.mark.parametrize("name", [name for name in BAD if name != "-"])
def test_neither_can_an_experiments(name):
    with pytest.raises(InputError, match="experiment"):
        settings.load(files.read([ROOT / "config.yaml"]) | {"experiment": name}, SCHEMA)


def test_no_rule_and_no_job_starts_a_shell():
    for path in [
        *(ROOT / "workflow").rglob("*.smk"),
        *(ROOT / "workflow").rglob("*.py"),
        *(ROOT / "src").rglob("*.py"),
    ]:
        found = re.search(
            r"^\s*shell:|shell=True|os\.system|\bshell\(", path.read_text(encoding="utf-8"), flags=re.MULTILINE
        )
        assert not found, f"{path}: {found[0]}"


@pytest.fixture
def echo():
    """A server that refuses every key and says which it was."""

    class Handler(JsonHandler):
        def do_POST(self):
            self.asked()
            self.answer(401, {"error": {"message": f"wrong key {self.headers['Authorization']}"}})

    with serving(Handler) as http:
        yield http.url


def test_a_key_is_in_no_message_log_or_cache(echo, tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("TEST_KEY", KEY)
    caplog.set_level(logging.INFO)
    cache = Cache(tmp_path / "cache.jsonl")
    with pytest.raises(InputError, match=r"wrong key Bearer \*\*\*") as error:
        ask(["a", "b"], cache, base_url=echo, model="m", api_key_env="TEST_KEY", retries=0)
    cache.add(cache.key(echo, "m", "question"), 3)
    said = f"{error.value} {error.value.__cause__} {caplog.text} {cache.path.read_text(encoding='utf-8')}"
    assert KEY not in said


@pytest.mark.parametrize("address", ["https://me:secret@host/v1", "https://host/v1?key=secret"])
def test_a_key_in_an_address_is_refused_before_it_is_shown(address):
    config = files.read([ROOT / "config.yaml"]) | {"rating": {"kind": "server", "model": "m", "base_url": address}}
    with pytest.raises(InputError, match=r"rating\.base_url") as error:
        settings.load(config, SCHEMA)
    assert "secret" not in str(error.value)


SCRIPT = "<script>alert('x')</script>&\"'"


def test_text_is_text_in_html(tmp_path):
    cells = [Cell(SCRIPT), Cell(SCRIPT, marked=True), Cell("1", spread=SCRIPT)]
    section = Section(SCRIPT, [cells], references=[cells])
    table = Table(SCRIPT, SCRIPT, [SCRIPT] * 3, [section], pd.DataFrame(), text_columns=2)
    (tmp_path / "t.html").write_text(table.html(), encoding="utf-8")
    config = {"experiment": SCRIPT, "evaluation": {"coherence": {"references": [SCRIPT]}}}
    config |= {"reference_texts": {SCRIPT: {"title": SCRIPT}}, "report": {"explorer": {"enabled": True}}}
    write_page(tmp_path / "page.html", config, [Part("table_t", SCRIPT, SCRIPT, str(tmp_path / "t.html"))])
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<script" not in page and page.count("&lt;script&gt;") > 10
