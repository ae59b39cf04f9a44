"""Which files a rule depends on follows from the package's own imports, and these from one direction of data."""

import ast
import io
import itertools
import os
import re
import tokenize
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from conftest import ROOT

from softtopics.jobs import dependencies
from softtopics.jobs.dependencies import fingerprint, imports, source_files

PACKAGE = ROOT / "src/softtopics"
RULES = ROOT / "workflow/rules"
# Functions of more than 50 lines, and why.
LONG = {"metrics/cooccurrence.py slide": 60}  # one loop that numba compiles


def files(*entries) -> set[str]:
    return {Path(path).relative_to(ROOT).as_posix() for path in source_files(*entries)}


def test_imports_are_followed_through_the_package():
    found = files("softtopics.models.neural")
    assert {"src/softtopics/models/neural.py", "src/softtopics/models/base.py", "src/softtopics/artifacts.py"} <= found
    assert "src/softtopics/models/vae/training.py" in found
    assert "src/softtopics/models/lda.py" not in found


def test_a_script_depends_on_itself_and_on_imports_inside_its_blocks():
    found = files(ROOT / "workflow/scripts/hidden.py")
    assert {"workflow/scripts/hidden.py", "src/softtopics/teachers/prompts.py"} <= found
    assert not any(path.startswith("src/softtopics/report") for path in found)


def test_imports_of_modules_from_a_package_are_seen():
    assert "src/softtopics/teachers/encoder.py" in files(ROOT / "tests/test_teachers.py")


def test_data_that_a_module_names_belongs_to_it():
    published = "src/softtopics/report/paper/published_results.csv"
    assert published in files("softtopics.report.tables.paper")
    assert published not in files("softtopics.report.tables.duplicates")
    assert "src/softtopics/report/page.html.jinja" in files(ROOT / "workflow/scripts/page.py")


@pytest.fixture
def entry(tmp_path):
    """A file with an import and data beside it, and what its fingerprint is now, as another process would see it."""
    (tmp_path / "entry.py").write_text("import softtopics.errors\nopen('beside.csv')\n", encoding="utf-8")
    (tmp_path / "beside.csv").write_text("1\n", encoding="utf-8")

    def found() -> str:
        for cached in (fingerprint, imports, dependencies.content):
            cached.cache_clear()
        return fingerprint(tmp_path / "entry.py")

    yield tmp_path, found
    found()


@pytest.mark.parametrize("name", ["entry.py", "beside.csv"])
def test_a_fingerprint_is_that_of_the_content_whatever_its_date(entry, name):
    folder, found = entry
    path, before = folder / name, found()
    os.utime(path, (0, 0))
    assert found() == before
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}\n", encoding="utf-8")
    os.utime(path, (0, 0))
    assert found() != before
    path.write_text(text, encoding="utf-8")
    assert found() == before


def test_a_fingerprint_is_of_what_is_imported_too(entry, monkeypatch):
    _, found = entry
    before = found()
    read = dependencies.content.__wrapped__
    edited = str(PACKAGE / "errors.py")
    monkeypatch.setattr(dependencies, "content", lambda path: read(path) + (b"\n" if path == edited else b""))
    fingerprint.cache_clear()
    assert fingerprint(entry[0] / "entry.py") != before
    monkeypatch.undo()
    assert found() == before


def test_data_flows_one_way():
    order = ["corpora", "teachers", "models", "metrics", "report"]
    seen = set()
    for position, name in enumerate(order):
        for module in (PACKAGE / name).rglob("*.py"):
            seen.add(module.relative_to(PACKAGE).as_posix())
            for path in files(module):
                part = path.split("/")[2]
                assert part not in order[position + 1 :], f"{module.relative_to(PACKAGE)} imports {path}"
    assert {
        "metrics/raters/lm.py",
        "models/vae/training.py",
        "report/tables/scores.py",
        "report/figures/main.py",
    } <= seen


def test_no_modules_import_each_other_in_a_circle():
    """Not even inside functions: `imports` sees these, too."""
    graph = {path: imports(path) for path in PACKAGE.rglob("*.py")}
    assert len(graph) > 100
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise AssertionError(f"a circle of imports: {', '.join(map(str, error.args[1]))}") from None


def test_every_import_of_the_package_is_one_that_is_followed():
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert not (isinstance(node, ast.ImportFrom) and node.level), f"{path} has a relative import"


def test_only_scripts_and_rules_know_snakemake():
    for module in PACKAGE.rglob("*.py"):
        text = module.read_text(encoding="utf-8")
        assert "import snakemake" not in text and "from snakemake" not in text, module


def defined(text: str) -> set[str]:
    """Names that a Snakemake file gives at its top level: variables, functions, imports; rules as `rules.<name>`."""
    found = set(re.findall(r"^(?:def )?(\w+)(?= = |\()", text, flags=re.MULTILINE))
    found |= {f"rules.{name}" for name in re.findall(r"^rule (\w+):", text, flags=re.MULTILINE)}
    for line in re.findall(r"^(?:from \S+ )?import (.+)$", text, flags=re.MULTILINE):
        found |= {name.split(" as ")[-1].strip() for name in line.split(",")}
    return found


def used(text: str) -> set[str]:
    """Names that it reads, also inside functions and f-strings; rules by `rules.<name>` and in `localrules`."""
    code = re.sub(r"^(from|import) .+$", "", text, flags=re.MULTILINE)
    tokens = [token for token in tokenize.generate_tokens(io.StringIO(code).readline) if token.string.strip()]
    found = set()
    for before, token in itertools.pairwise(tokens):
        if token.type == tokenize.NAME and before.string != ".":
            found.add(token.string)
        elif token.type == tokenize.STRING and token.string.startswith(("f", "rf")):
            found |= set(re.findall(r"[{(\[ ,](\w+)", token.string))
    found |= {f"rules.{name}" for name in re.findall(r"\brules\.(\w+)", text)}
    for block in re.findall(r"^localrules:\n((?:    .+\n)+)", text, flags=re.MULTILINE):
        found |= {f"rules.{name}" for name in re.findall(r"\w+", block)}
    return found


def test_no_file_of_rules_uses_what_a_later_one_defines():
    included = re.findall(r'^include: "workflow/(.+)"$', (ROOT / "Snakefile").read_text("utf-8"), flags=re.MULTILINE)
    paths = [ROOT / "workflow" / name for name in included]
    assert {path.name for path in paths} == {path.name for path in RULES.iterdir()}
    texts = {path.name: path.read_text(encoding="utf-8") for path in paths}
    names = {name: defined(text) for name, text in texts.items()}
    assert {"PATHS", "checked", "grid", "os"} <= names["common.smk"] and "rules.train" in names["models.smk"]
    assert "cell_of" in names["common.smk"] and "measures" in names["metrics.smk"]
    assert "cell_size" in used(texts["metrics.smk"]) and "CELL" in used(texts["models.smk"])  # one in an f-string
    order, known = list(texts), set()
    for place, name in enumerate(order):
        known |= names[name]
        later = set().union(*(names[other] for other in order[place + 1 :])) - known
        assert not used(texts[name]) & later, name


def test_every_rule_that_runs_a_script_changes_with_it():
    scripts = []
    for path in RULES.glob("*.smk"):
        for rule in re.split(r"^ *rule\b", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            if found := re.search(r'script:\n +"\.\./scripts/(\w+\.py)"', rule):
                assert re.search(rf'^ +code=(lambda w: )?code\("{found[1]}"', rule, flags=re.MULTILINE), rule
                scripts.append(found[1])
    assert sorted(scripts) == sorted(path.name for path in (ROOT / "workflow/scripts").glob("*.py"))


def test_files_and_functions_stay_short():
    rules = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in RULES.glob("*.smk")}
    assert max(rules.values()) <= 180 and sum(rules.values()) < 1050, rules
    for path in (ROOT / "workflow/scripts").glob("*.py"):
        assert len([line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]) <= 25, path
    for path in PACKAGE.rglob("*.py"):
        text, name = path.read_text(encoding="utf-8"), path.relative_to(PACKAGE).as_posix()
        assert len(text.splitlines()) <= 300, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = node.end_lineno - node.lineno + 1
                assert lines <= LONG.get(f"{name} {node.name}", 50), f"{path}: {node.name} has {lines} lines"
