"""Imports that leave out what is not used, and keep what is compiled."""

import importlib.util
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
