"""Text passages out of files; a file that cannot be read is a finding, never an exception."""
