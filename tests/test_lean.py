"""Imports that leave out what is not used, and keep what is compiled."""

import importlib.util
import subprocess
import sys

import numba
import pytest

from softtopics.lean import kept_compiled, without

MODULE = """
import numba
@numba.njit
def double(x): return 2 * x
@numba.njit(cache=False)
def triple(x): return 3 * x
"""


def test_functions_compiled_by_numba_are_kept_on_disk_and_only_inside(tmp_path, monkeypatch):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    (tmp_path / "module.py").write_text(MODULE)
    before = numba.njit
    for context, kept in ((None, 0), (kept_compiled(), 1)):
        spec = importlib.util.spec_from_file_location("module", tmp_path / "module.py")
        module = importlib.util.module_from_spec(spec)
        if context is None:
            spec.loader.exec_module(module)
        else:
            with context:
                spec.loader.exec_module(module)
        assert module.double(2) == 4 and module.triple(2) == 6
        assert len(list(tmp_path.glob("__pycache__/module.double*.nbi"))) == kept
        assert not list(tmp_path.glob("__pycache__/module.triple*.nbi"))  # a package that says so knows why
        assert numba.njit is before


def test_a_package_seems_absent_inside_and_is_there_afterwards():
    sys.modules.pop("this", None)
    with without("this"), pytest.raises(ImportError):
        import this  # noqa: F401
    with without("this", stand_in=True):
        from this import anything  # noqa: F401
    assert "this" not in sys.modules


@pytest.mark.parametrize("use", ["from later_module import value", "import later_module; later_module.value"])
def test_a_module_is_imported_when_something_of_it_is_asked_for(tmp_path, monkeypatch, use):
    (tmp_path / "later_module.py").write_text("value = 1\nprint('imported')\n")
    (tmp_path / "eager.py").write_text("import later_module\n")
    begin = "from softtopics.lean import later; later('later_module'); import eager, later_module; print('started')"
    run = subprocess.run([sys.executable, "-c", f"{begin}\n{use}"], cwd=tmp_path, capture_output=True, text=True)
    assert run.stdout.split() == ["started", "imported"], run.stderr


def test_scipys_statistics_are_left_for_later_by_scikit_learn_and_work_then():
    code = """
import sys
from softtopics.lean import later
later("scipy.stats")
import softtopics.metrics.evaluate
print("scipy.stats._stats_py" in sys.modules)
from softtopics.metrics.significance import t
print(t.ppf(0.975, 3))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout.split() == ["False", "3.1824463052837078"], run.stderr
