"""Topic models behind one contract (`base.py`), one file per model."""
