"""What views and teachers take where their block does not say.

Apart from `config.teachers`, so that what reads documents does not depend on the code that reads config.
"""

LSA_DIMENSIONS = 100  # of a view's part `of: lsa`
BRANCHES = 16  # beginnings of words read after each document by a teacher of whole words
