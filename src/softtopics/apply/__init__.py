"""A trained model of an experiment reads other documents: `python -m softtopics.apply RUN FILE`."""
