"""The standard catalogue: what is to be published by whom, and what is due when."""
