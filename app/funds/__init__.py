"""A village's collective fund: lines, months that close, questions and their answers."""
