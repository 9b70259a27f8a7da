"""阳光六枝: domains over a thin ground floor; ARCHITECTURE.md has the plan."""
