"""SoftTopics: benchmark topic models trained on the soft labels of language models."""

__version__ = "0.1.0"
