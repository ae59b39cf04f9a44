"""The embedded experiment's config, and changes of a config that several tests make."""

import yaml
from dag import ROOT

EMBEDDED = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))


def refer(config, name="wiki", **block):
    """Measure coherence in one external text."""
    config["reference_texts"] = {name: {"path": "nowhere.txt", **block}}
    config["evaluation"] = {"coherence": {"references": ["corpus", "wiki"]}}


def ablate(config, parameter, values, method="dsl_smollm2"):
    """Add an ablation of one method."""
    config["ablations"]["x"] = {"methods": [method], "parameter": parameter, "values": values}
