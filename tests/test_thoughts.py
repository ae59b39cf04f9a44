"""Thoughts: what a model writes in batches is what it writes alone, and the label's prompt shows it."""

import numpy as np
import pandas as pd
import pytest
import torch
from conftest import FAMILIES, ROOT, TEXTS, check_refused, load, small_lm
from transformers import AutoModelForCausalLM, AutoTokenizer

from softtopics.artifacts import write_array, write_documents
from softtopics.config import files as config_files
from softtopics.errors import InputError
from softtopics.teachers import causal_lm, reading, thoughts
from softtopics.teachers.prompts import Prompt
from softtopics.teachers.shards import Part

THINK = {"instruction": "What is it about?", "template": "{instruction} {document} It is about", "answer": "",
         "tokens": 6, "show": " (In short: {thought})"}  # fmt: skip
PROMPT = Prompt("{instruction}\n\nDocument: {document}\n\nTopic:", "Name the theme.", think=THINK)


@torch.inference_mode()
def plainly(texts: list[str], folder) -> list[str]:
    """Greedy decoding of one document at a time, the whole text read again for each token."""
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModelForCausalLM.from_pretrained(folder).eval()
    found = []
    for tokens in PROMPT.first().tokens(texts, tokenizer):
        start = len(tokens)
        for _ in range(THINK["tokens"]):
            token = int(model(input_ids=torch.tensor([tokens])).logits[0, -1].argmax())
            if getattr(tokenizer.added_tokens_decoder.get(token), "special", False) or "\n" in tokenizer.decode(
                [token]
            ):
                break
            tokens = [*tokens, token]
        found.append(tokenizer.decode(tokens[start:]).strip())
    return found


REFUSED = {  # whose places in a batch are not those that they are given, or which forget what they have read
    "mpt": {},
    "gemma2": {"sliding_window": 8},
}


@pytest.fixture
def raw() -> dict:
    return config_files.read([ROOT / "config.yaml"])


@pytest.mark.parametrize("family", [name for name in FAMILIES if name != "mpt"])
def test_thoughts_in_batches_are_those_of_one_document_at_a_time(family, smollm2, tmp_path):
    folder = small_lm(family, smollm2, tmp_path, **({"sliding_window": 128} if family == "gemma2" else {}))
    tokens, _ = thoughts.think(TEXTS, folder, PROMPT, dtype="float32")
    assert thoughts.decoded(tokens, AutoTokenizer.from_pretrained(folder)) == plainly(TEXTS, folder)


@pytest.mark.parametrize("family", REFUSED)
def test_a_model_that_cannot_write_in_batches_is_refused(family, smollm2, tmp_path):
    folder = small_lm(family, smollm2, tmp_path, **REFUSED[family])
    with pytest.raises(InputError, match=r"prompts: .* writes differently in a batch than alone .* leave out"):
        thoughts.think(TEXTS, folder, PROMPT, dtype="float32")


def test_smollm2_writes_one_line_and_a_document_that_has_ended_leaves_its_batch(smollm2, monkeypatch):
    sizes = []
    extend = thoughts.Line.extend
    monkeypatch.setattr(thoughts.Line, "extend", lambda self, token: (sizes.append(len(token)), extend(self, token)))
    prompt = Prompt(PROMPT.template, PROMPT.instruction, chat=True, think=THINK | {"tokens": 40})
    texts = ["A game of chess.", "How to sort a list in Python?", "The law of contracts and its history in England."]
    tokens, _ = thoughts.think(texts, smollm2, prompt, dtype="float32")
    written = thoughts.decoded(tokens, AutoTokenizer.from_pretrained(smollm2))
    assert all(written) and not any("\n" in one for one in written)
    assert min(sizes) < len(texts)  # all but the last go while others still write


def test_parts_are_the_rows_of_the_whole_and_are_put_together_to_it(smollm2, tmp_path):
    folder = small_lm("llama", smollm2, tmp_path)
    whole, about = thoughts.think(TEXTS, folder, PROMPT, batch_tokens=30)
    halves, files = [], [tmp_path / "0.npz", tmp_path / "1.npz"]
    for part, file in enumerate(files):
        half, said = thoughts.think(TEXTS, folder, PROMPT, batch_tokens=30, part=Part(part, 2))
        reading.write({"part": str(file)}, {"thoughts": half}, slice(None), said)
        halves.append(half)
    found, account = reading.merged(files)
    np.testing.assert_array_equal(found["thoughts"], whole)
    assert account == about
    own = [~np.isnan(half).all(axis=1) for half in halves]
    assert (own[0] ^ own[1]).all() and own[0].any() and own[1].any()
    for half, rows in zip(halves, own, strict=True):
        np.testing.assert_array_equal(half[rows], whole[rows])


def test_the_labels_prompt_shows_the_thought_behind_the_document(smollm2, tmp_path):
    texts = ["a long document about many things", "short", "short"]
    write_documents(tmp_path / "documents.parquet", pd.DataFrame({"text": texts, "tokens": texts}))
    tokens, _ = thoughts.think(["a long document about many things", "short"], smollm2, PROMPT, dtype="float32")
    paths = [str(tmp_path / "thoughts.npy")]
    write_array(paths[0], tokens[[0, 1, 1]])
    short = Prompt(PROMPT.template, PROMPT.instruction, max_document_tokens=3, think=THINK)
    found, first, place, prompt, account = thoughts.presented(tmp_path / "documents.parquet", [], paths, smollm2, short)
    assert len(found) == 2 and np.arange(3)[first].tolist() == [0, 1] and place.tolist() == [0, 1, 1]
    assert found[0] == f"a long document (In short: {account['thoughts'][0]})"  # cut before the thought, not in it
    assert prompt.max_document_tokens is None and len(account["thoughts"]) == 2 and account["without_thought"] == 0
    shown, _ = causal_lm.read(found, smollm2, prompt, dtype="float32")
    bare, _ = causal_lm.read(["a long document", "short"], smollm2, prompt, dtype="float32")
    assert np.abs(shown - bare).max() > 0.1
    bare = thoughts.presented(tmp_path / "documents.parquet", [], [], smollm2, short)
    assert bare.texts == texts[:2] and bare.account == {}


def test_a_prompt_with_a_thought_is_config(raw):
    raw["prompts"]["thinking"] = {"template": "{document} Topic:", "think": {"tokens": 10}}
    raw["teachers"]["smollm2_whole"]["prompt"] = "thinking"
    block = load(raw)["prompts"]["thinking"]["think"]
    assert block["tokens"] == 10 and "{thought}" in block["show"] and "{document}" in block["template"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda c: c["prompts"]["document"].update(think={}), r"teachers\.minilm\.prompt has `think`, but an encoder"),
        (lambda c: c["prompts"]["theme"].update(think={"show": "so"}), r"think\.show: 'so' does not fit; it must be"),
        (lambda c: c["prompts"]["theme"].update(think={"tokens": 0}), r"prompts\.theme\.think\.tokens"),
        (lambda c: c["prompts"]["theme"].update(think={"words": 9}), r"unknown key 'words'"),
    ],
)
def test_what_cannot_think_is_refused(raw, change, sentence):
    check_refused(raw, change, sentence)
