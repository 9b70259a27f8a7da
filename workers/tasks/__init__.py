"""One module of tasks a domain; a task opens nothing and commits nothing itself."""
