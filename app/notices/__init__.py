"""What reaches people; for now the inbox of staff and villagers."""
