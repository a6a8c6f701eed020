"""`/task` and what follows it: the grammar, the dates, and one file per family of verbs."""
