"""Who read or changed which household record, and that nobody altered the list."""
