"""Shared pieces of the tests: the embedded language model once per session, a small language model of any family."""

import copy
import hashlib
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from softtopics.jobs.job import ARITHMETIC

# As in a job: arithmetic has one thread, and one that waits for another does not spin. Cores are for the tests at once.
# All variables: numba, for one, gives its own number to OpenMP, and torch would have it from then on.
os.environ.update(dict.fromkeys(ARITHMETIC, "1"))
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import tokenizers
import torch
import transformers as tr
from configs import EMBEDDED
from dag import ROOT, copy_project, snakemake  # noqa: F401 (tests have ROOT from here)
from filelock import FileLock
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from softtopics.config import settings
from softtopics.config.files import SCHEMA
from softtopics.errors import InputError
from softtopics.teachers.lms import RECORD, fetch
from softtopics.teachers.prompts import Prompt

pytest_plugins = ["planted", "reported"]  # their fixtures are for all tests
PROMPT = Prompt("{instruction}\n\nDocument: {document}\n\nTopic:", "Name the theme of the document.")
TEXTS = [
    "court: an assembly to conduct judicial business",
    "how to sort",
    "a stringed instrument usually played with a bow; it has four strings tuned in fifths",
    "Émile's café — naïve",
]

SIZE = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}
GROUPED = {**SIZE, "num_key_value_heads": 2}
FAMILIES = {  # the paper's (ERNIE 4.5, Qwen 3.5, Llama, Phi 3) and those that compute logits or attention otherwise
    "llama": (tr.LlamaConfig, GROUPED),
    "ernie4_5": (tr.Ernie4_5Config, {**GROUPED, "head_dim": 8}),
    "qwen3": (tr.Qwen3Config, {**GROUPED, "head_dim": 8}),
    "qwen3_5": (tr.Qwen3_5TextConfig, {**GROUPED, "head_dim": 16, "num_hidden_layers": 4, "linear_key_head_dim": 8,
                                       "linear_value_head_dim": 8, "linear_num_key_heads": 2,
                                       "linear_num_value_heads": 4}),
    "phi3": (tr.Phi3Config, {**GROUPED, "pad_token_id": 0}),
    "gpt2": (tr.GPT2Config, {"n_embd": 32, "n_layer": 2, "n_head": 4}),
    "gpt_neox": (tr.GPTNeoXConfig, SIZE),
    "gemma2": (tr.Gemma2Config, {**GROUPED, "head_dim": 8, "final_logit_softcapping": 0.5, "sliding_window": 8}),
    "cohere": (tr.CohereConfig, {**GROUPED, "logit_scale": 0.25}),
    "mpt": (tr.MptConfig, {"d_model": 32, "n_heads": 4, "n_layers": 2}),
    "granite": (tr.GraniteConfig, {**GROUPED, "logits_scaling": 4.0}),
}  # fmt: skip


# Files that take a minute or more come first: one that a process begins last keeps the others waiting for it. The first
# of them makes the smoke run, and those that need it come when it has had the time to.
LONG = ("test_edits", "test_kills", "test_paper", "test_views", "test_user_files", "test_thoughts", "test_word_scores",
        "test_own_corpora", "test_bad_input", "test_workflow", "test_baselines", "test_raters")  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONG)))


def load(config: dict) -> dict:
    return settings.load(config, SCHEMA)


def check_refused(config: dict, change: Callable[[dict], object], sentence: str) -> None:
    """What a change makes of a config is refused in one sentence, before anything runs."""
    change(config)
    with pytest.raises(InputError, match=sentence) as raised:
        load(config)
    assert "\n" not in str(raised.value)


def fuzz_settings(examples: int) -> hypothesis_settings:
    """So many examples, the same every time; other ones, as many as FUZZ_EXAMPLES says, where it is set."""
    return hypothesis_settings(
        max_examples=int(os.environ.get("FUZZ_EXAMPLES", examples)),
        deadline=None,
        derandomize="FUZZ_EXAMPLES" not in os.environ,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


class JsonHandler(BaseHTTPRequestHandler):
    """The answers of a server that speaks JSON, without a log."""

    def asked(self) -> dict:
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, status: int, body: dict) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(handler: type[JsonHandler]) -> Iterator[ThreadingHTTPServer]:
    """A server on this machine, which has its address as `url`."""
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    http.url = f"http://127.0.0.1:{http.server_port}/v1"
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    yield http
    http.shutdown()
    http.server_close()


def small_lm(
    family: str,
    tokenizer_folder: Path,
    folder: Path,
    *,
    tied: bool = False,
    padding_side: str = "right",
    **changed: object,
):
    """The folder of a language model of some family with random weights and SmolLM2's tokenizer."""
    tokenizer = tr.AutoTokenizer.from_pretrained(tokenizer_folder, padding_side=padding_side)
    config, settings = FAMILIES[family]
    torch.manual_seed(0)
    model = tr.AutoModelForCausalLM.from_config(
        config(vocab_size=len(tokenizer), tie_word_embeddings=tied, initializer_range=0.3, **settings | changed)
    )
    model.save_pretrained(folder / "saved")
    tokenizer.save_pretrained(folder / "saved")
    fetch("small", {"kind": "folder", "path": str(folder / "saved")}, folder / "lm")
    return folder / "lm"


def with_an_end(folder: Path, copy: Path, single: str = "$A <|endoftext|>") -> Path:
    """A copy of a language model's folder whose tokenizer puts special tokens around every text, the last behind it."""
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("*.sha256"))  # its tokenizer is no longer as it was
    tokenizer = tokenizers.Tokenizer.from_file(str(copy / "tokenizer.json"))
    special = [(token, tokenizer.token_to_id(token)) for token in ("<|endoftext|>", "<|im_start|>")]
    tokenizer.post_processor = tokenizers.processors.TemplateProcessing(single=single, special_tokens=special)
    tokenizer.save(str(copy / "tokenizer.json"))
    assert tr.AutoTokenizer.from_pretrained(copy)("a")["input_ids"][-1] == special[0][1]
    return copy


def cached(kind: str, id: str, files: Path, cache: Path, revision: str) -> None:
    """Files in the layout of the hub's cache: links from a snapshot to blobs."""
    storage = cache / f"{kind}s--{id.replace('/', '--')}"
    for path in (path for path in files.rglob("*") if path.is_file()):
        blob = storage / "blobs" / hashlib.sha256(path.read_bytes()).hexdigest()
        blob.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, blob)
        link = storage / "snapshots" / revision / path.relative_to(files)
        link.parent.mkdir(parents=True, exist_ok=True)
        os.symlink(os.path.relpath(blob, link.parent), link)


def plain(texts: list[str], folder: Path, prompt: Prompt) -> tuple[np.ndarray, np.ndarray, object]:
    """One document at a time, all logits, all hidden states: what the fast reading must equal."""
    tokenizer = tr.AutoTokenizer.from_pretrained(folder)
    model = tr.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    hidden, logits = [], []
    for tokens in prompt.tokens(texts, tokenizer):
        with torch.inference_mode():
            out = model(input_ids=torch.tensor([tokens]), output_hidden_states=True)
        hidden.append(out.hidden_states[-1][0, -1].numpy())
        logits.append(out.logits[0, -1].numpy())
    return np.stack(hidden), np.stack(logits), tokenizer


@pytest.fixture(scope="session")
def embedded_lms() -> dict:
    """The `lms` block of config.yaml."""
    return copy.deepcopy(EMBEDDED["lms"])


@pytest.fixture
def config() -> dict:
    """The embedded experiment, at two K; for tests whose file has no other."""
    config = copy.deepcopy(EMBEDDED)
    config["run"] |= {"topics": [25, 50], "seeds": [0, 1]}
    return config


def of_all_processes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of a run of the tests share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def fetched(name: str, lms: dict, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One of the embedded models, unpacked once for all processes of a run of the tests."""
    folder = of_all_processes(tmp_path_factory) / "lms" / name
    folder.parent.mkdir(exist_ok=True)
    with FileLock(f"{folder}.lock"):
        if not (folder / RECORD).is_file():
            fetch(name, lms[name]["source"], folder, kind=lms[name]["kind"])
    return folder


@pytest.fixture(scope="session")
def smollm2(embedded_lms: dict, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fetched("smollm2", embedded_lms, tmp_path_factory)


@pytest.fixture(scope="session")
def minilm(embedded_lms: dict, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fetched("minilm", embedded_lms, tmp_path_factory)


@pytest.fixture(scope="session")
def smoke_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which the smoke experiment has run, once for all processes; nobody writes into it."""
    folder = of_all_processes(tmp_path_factory) / "smoke"
    with FileLock(f"{folder}.lock"):
        if not (folder / "results/smoke/report.html").is_file():
            folder.mkdir()
            run = snakemake(copy_project(folder), "all")
            assert run.returncode == 0, run.stderr[-5000:]
    return folder


@pytest.fixture(scope="module")
def project(smoke_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of it for the tests of one file; only the language models, which are large, are the same files."""
    folder, lms = tmp_path_factory.mktemp("project"), "results/lms"
    shutil.copytree(
        smoke_run,
        folder,
        symlinks=True,
        dirs_exist_ok=True,
        ignore=lambda path, _: {"lms"} if path.endswith("/results") else (),
    )
    shutil.copytree(smoke_run / lms, folder / lms, copy_function=os.link)
    return folder


@pytest.fixture
def edit(project: Path) -> Iterator[Callable[[str, str, str], None]]:
    """Change a file of the copy for one test."""
    changed: dict[Path, str] = {}

    def change(name: str, old: str, new: str) -> None:
        path = project / name
        text = path.read_text(encoding="utf-8")
        changed.setdefault(path, text)
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    yield change
    for path, text in changed.items():
        path.write_text(text, encoding="utf-8")
