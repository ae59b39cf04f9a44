"""Which files a rule depends on follows from the package's own imports."""

from pathlib import Path

from conftest import ROOT

from softtopics.sources import source_files

PACKAGE = ROOT / "src/softtopics"


def files(*entries) -> set[str]:
    return {Path(path).relative_to(ROOT).as_posix() for path in source_files(*entries)}


def test_imports_are_followed_through_the_package():
    found = files("softtopics.models.neural")
    assert {"src/softtopics/models/neural.py", "src/softtopics/models/base.py", "src/softtopics/artifacts.py"} <= found
    assert "src/softtopics/models/lda.py" not in found


def test_a_script_depends_on_itself_and_on_imports_inside_its_blocks():
    found = files(ROOT / "workflow/scripts/hidden.py")
    assert {"workflow/scripts/hidden.py", "src/softtopics/teachers/prompts.py"} <= found
    assert not any(path.startswith("src/softtopics/report") for path in found)


def test_imports_of_modules_from_a_package_are_seen():
    assert "src/softtopics/teachers/encoder.py" in files(ROOT / "tests/test_teachers.py")


def test_data_flows_one_way():
    order = ["corpora", "teachers", "models", "metrics", "report"]
    for position, name in enumerate(order):
        for module in (PACKAGE / name).glob("*.py"):
            for path in files(module):
                part = path.split("/")[2]
                assert part not in order[position + 1 :], f"{module.name} imports {path}"


def test_only_scripts_and_rules_know_snakemake():
    for module in PACKAGE.rglob("*.py"):
        text = module.read_text(encoding="utf-8")
        assert "import snakemake" not in text and "from snakemake" not in text, module
