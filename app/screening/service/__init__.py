"""Screening texts and files before they are published, and keeping the word list."""

from app.screening.masking import mask
from app.screening.service.scanning import knowledge, scan_file, scan_text, scan_texts
from app.screening.service.showing import Excerpt, show_file
from app.screening.service.wording import EXAMPLES, add_word, import_words, remove_word

__all__ = [
    "EXAMPLES",
    "Excerpt",
    "add_word",
    "import_words",
    "knowledge",
    "mask",
    "remove_word",
    "scan_file",
    "scan_text",
    "scan_texts",
    "show_file",
]
