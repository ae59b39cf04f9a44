"""Where documents come from, and how text becomes tokens, a vocabulary and a bag of words."""
