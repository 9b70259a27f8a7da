"""Screening texts and files before they are published, and keeping the word list."""

from app.screening.masking import mask
from app.screening.service.scanning import scan_file, scan_text
from app.screening.service.wording import EXAMPLES, add_word, import_words, remove_word

__all__ = ["EXAMPLES", "add_word", "import_words", "mask", "remove_word", "scan_file", "scan_text"]
