"""Language models and sentence encoders that read documents: text -> hidden states -> soft labels."""
