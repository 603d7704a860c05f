"""The databases a warehouse can live in: one module each, the same entry points."""
