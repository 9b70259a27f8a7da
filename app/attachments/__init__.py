"""Files that belong to what is published: kept by content, cleaned, served as what they are."""
