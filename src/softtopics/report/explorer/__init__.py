"""The explorer: topics, documents and what teachers say of them, for looking at; `results/<experiment>/explorer`.

A page that opens from a file manager cannot fetch anything, but it can add scripts to itself. So the data of a corpus
and that of each of its methods are small scripts beside the page, which loads what is looked at.
"""
