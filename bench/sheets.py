"""How long sheets take and how much memory: `python -m bench.sheets`."""

import multiprocessing
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from app.doorplates.sheets import Paper, PlateFace, SheetStyle, Size, default_fonts, draw_sheets

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VILLAGE = 600
_TOWNSHIP = 10_000


def measure() -> list[tuple[str, str]]:
    """A village's plates in every size on every paper, then a township's in one file.

    Each in a process of its own, so that the peak of memory is its own too.
    """
    jobs = [(SheetStyle(size=size, paper=paper), _VILLAGE) for size in Size for paper in Paper]
    jobs.append((SheetStyle(), _TOWNSHIP))
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as processes:
        return processes.starmap(_draw, jobs, chunksize=1)


def _draw(style: SheetStyle, count: int) -> tuple[str, str]:
    before = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.pdf"
        summary = draw_sheets(path, lambda: _plates(count), style=style, fonts=default_fonts())
    seconds = time.perf_counter() - before
    label = f"sheets: {count} plates, {style.size}, {style.paper}"
    size = summary.bytes / 1e6
    return label, f"{seconds:.1f} s, peak {_peak_mb():.0f} MB, {summary.pages} pages, {size:.1f} MB"


def _peak_mb() -> float:
    """Of this process alone; `getrusage` would count what it was before it was started anew."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _plates(count: int) -> Iterator[PlateFace]:
    draw = random.Random(20260101)  # noqa: S311 made-up codes, the same in every run
    for number in range(1, count + 1):
        code = "".join(draw.choices(_ALPHABET, k=13))
        yield PlateFace(
            code=code,
            url=f"https://liuzhi.example.gov.cn/d/{code}",
            serial=f"520203102{number:06d}",
            county="六枝特区",
            township="岩脚镇",
            village="青杠林村",
            group=f"{number % 12 + 1}组",
            house_number=f"{number}号",
            hotline="政务服务便民热线 12345",
        )


if __name__ == "__main__":
    for label, figure in measure():
        print(f"{label:45} {figure}")
