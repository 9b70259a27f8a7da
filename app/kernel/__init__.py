"""Ground floor: knows no Flask and no domain word."""
