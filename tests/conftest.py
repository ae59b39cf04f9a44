"""Shared pieces of the tests: the embedded language model once per session, a small language model of any family."""

from pathlib import Path

import pytest
import yaml

from softtopics.teachers.lms import fetch

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def embedded_lms() -> dict:
    """The `lms` block of config.yaml."""
    return yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))["lms"]


@pytest.fixture(scope="session")
def smollm2(embedded_lms: dict, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lms") / "smollm2"
    fetch("smollm2", embedded_lms["smollm2"]["source"], folder)
    return folder


@pytest.fixture(scope="session")
def minilm(embedded_lms: dict, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lms") / "minilm"
    fetch("minilm", embedded_lms["minilm"]["source"], folder, kind="encoder")
    return folder
