"""The report of a run: figures with their provenance, checked against the examples, shown three ways."""
