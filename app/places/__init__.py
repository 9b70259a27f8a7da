"""Divisions: county, township, village and group, as they are and as they were."""
