"""Raters of topics, a file for each kind: its `rater` makes a function from T topics (word lists) to T ratings."""
