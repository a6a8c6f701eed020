"""Where things are kept: the table's schema and the repositories over it."""
