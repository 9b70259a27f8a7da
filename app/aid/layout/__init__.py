"""Reading a list as offices keep it: which columns there are, and what its lines say."""

from app.aid.layout.rows import Reading, read_line
from app.aid.layout.table import Column, Line, Table, read

__all__ = ["Column", "Line", "Reading", "Table", "read", "read_line"]
