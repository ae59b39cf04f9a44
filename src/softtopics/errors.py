"""The one error a user is meant to read."""


class InputError(ValueError):
    """Something the user gave is wrong: one sentence with what, where (file, row, key) and what to do."""
