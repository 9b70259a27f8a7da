"""The PDF library's canvas, told what print needs and made to keep little in memory."""

from pathlib import Path

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from app.doorplates.sheets.geometry import MM, Box
from app.doorplates.sheets.imposition import Imposition


class SheetCanvas(Canvas):
    """Pages of one size, counted in millimetres upwards, the same file for the same plates."""

    def __init__(self, path: Path, page: Imposition, *, title: str, font: str) -> None:
        size = (page.width * MM, page.height * MM)
        super().__init__(
            str(path),
            pagesize=size,
            pageCompression=1,
            invariant=True,
            # Every page starts by naming a font; the default is one that is not embedded.
            initialFontName=font,  # type: ignore[arg-type]  # the stub says a number
        )
        self.setTitle(title)
        self.setSubject(title)
        self.setKeywords(title)
        self.setAuthor("阳光六枝")
        self.setCreator("sunshine doorplates sheets")
        self.setTrimBox(_in_points(page.trim, page, beyond=0.0))
        self.setBleedBox(_in_points(page.trim, page, beyond=page.bleed))

    def showPage(self) -> None:  # noqa: N802 the library's name
        """End the page and compress it now: the library would keep all of them plain."""
        super().showPage()
        page = self._doc.Pages.pages[-1]  # type: ignore[attr-defined]  # no public way there
        packed = pdfdoc.PDFZCompress.encode(page.stream)
        filters = pdfdoc.PDFArray([pdfdoc.PDFName(pdfdoc.PDFZCompress.pdfname)])
        page.Contents = pdfdoc.PDFStream(pdfdoc.PDFDictionary({"Filter": filters}), packed)
        page.stream = None


def _in_points(box: Box, page: Imposition, *, beyond: float) -> tuple[float, float, float, float]:
    """Left, bottom, right, top as a PDF counts them."""
    edges = (
        box.left - beyond,
        page.height - box.bottom - beyond,
        box.right + beyond,
        page.height - box.top + beyond,
    )
    left, bottom, right, top = (round(edge * MM, 4) for edge in edges)
    return left, bottom, right, top
