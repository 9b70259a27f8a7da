"""What villages, townships and the county publish."""
