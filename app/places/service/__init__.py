"""Writes of the divisions: the import of a table, and the mergers of villages."""

from app.places.service.importing import import_divisions
from app.places.service.merging import apply_due_mergers, merge_villages

__all__ = ["apply_due_mergers", "import_divisions", "merge_villages"]
