"""Language models out of packages, the hub and folders: checked, recorded, one sentence when they are not there."""

import hashlib
import shutil

import pytest
import torch
from transformers import AutoModelForCausalLM

from softtopics.errors import InputError
from softtopics.teachers.lm_head import Head
from softtopics.teachers.lms import describe, fetch


def test_a_folder_that_fetched_models_are_put_into_is_refused_and_stays(tmp_path):
    (tmp_path / "lms/mine").mkdir(parents=True)
    (tmp_path / "lms/mine/config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match=r"lms\.mine: .* move the model elsewhere"):
        fetch("mine", {"kind": "folder", "path": str(tmp_path / "lms/mine")}, tmp_path / "lms/mine")
    assert (tmp_path / "lms/mine/config.json").is_file()


def test_the_head_is_kept_beside_the_weights(smollm2):
    head = Head.load(smollm2)
    model = AutoModelForCausalLM.from_pretrained(smollm2, dtype=torch.float32)
    torch.testing.assert_close(head.weight, model.get_output_embeddings().weight.detach())
    assert head.bias is None and head.scale == 1 and head.cap is None


def test_a_head_is_the_same_file_every_time(tmp_path):
    head = Head(torch.ones(2, 3), torch.ones(2), 0.5, 30.0)
    contents = set()
    for _ in range(20):
        head.save(tmp_path)
        contents.add((tmp_path / "head.safetensors").read_bytes())
    assert len(contents) == 1
    again = Head.load(tmp_path)
    assert (again.scale, again.cap, again.weight.tolist()) == (0.5, 30.0, head.weight.tolist())


def test_a_fetched_folder_says_what_it_is(smollm2, embedded_lms):
    about = describe(smollm2)
    assert about["sha256"] == embedded_lms["smollm2"]["source"]["sha256"] and "transformers" in about["versions"]


def test_a_wrong_checksum_is_refused(embedded_lms, tmp_path):
    with pytest.raises(InputError, match=r"lms\.minilm\.source\.sha256"):
        fetch("minilm", {**embedded_lms["minilm"]["source"], "sha256": "0" * 64}, tmp_path / "lm")


def test_a_package_that_is_not_installed_is_named(tmp_path):
    with pytest.raises(InputError, match="no_such_package is not installed"):
        fetch("x", {"kind": "package", "module": "no_such_package", "file": "f", "sha256": ""}, tmp_path / "lm")


def test_a_local_folder_is_linked_and_read(smollm2, tmp_path):
    local = tmp_path / "mine"
    shutil.copytree(smollm2, local)
    fetch("mine", {"kind": "folder", "path": str(local)}, tmp_path / "lm")
    torch.testing.assert_close(Head.load(tmp_path / "lm").weight, Head.load(smollm2).weight)
    digest = hashlib.sha256((local / "model.safetensors").read_bytes()).hexdigest()
    assert describe(tmp_path / "lm")["weights"]["model.safetensors"] == digest


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(InputError, match="there is no folder"):
        fetch("mine", {"kind": "folder", "path": str(tmp_path / "nothing")}, tmp_path / "lm")


def test_a_hub_model_without_a_network_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    with pytest.raises(InputError, match="could not be reached"):
        fetch("far", {"kind": "hub", "id": "nobody/nothing", "revision": "0" * 40}, tmp_path / "lm")
