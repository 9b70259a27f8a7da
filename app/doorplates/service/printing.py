"""Print sheets: asked for in a request, drawn by a worker."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.doorplates import queries, sheets
from app.doorplates.errors import SheetLost, SheetNotReady
from app.doorplates.models import Batch, Sheet
from app.doorplates.schemas import PlateView, SheetIn
from app.doorplates.service.life import mark_printed
from app.identity import roles
from app.kernel import clock, deployment, outbox
from app.kernel.access import Actor
from app.kernel.db import Database
from app.organisations import queries as organisations
from app.places import queries as places
from app.places.schemas import Place

TASK = "doorplates.draw_sheet"
TELL_EVERY = 0.5  # seconds between two notes of progress
NAMED = 8  # missing characters that are named one by one


@dataclass(frozen=True)
class Press:
    """What drawing needs to know of the deployment."""

    base_url: str
    files_dir: Path
    fonts: Sequence[Path]


def request_sheet(session: Session, *, batch_id: int, wanted: SheetIn, actor: Actor) -> Sheet:
    """Ask for a print file; asking twice while it is being drawn is asking once.

    Asking again for one that ran into a fault tries at once, also where it was given up.
    """
    batch = queries.get_batch(session, batch_id)
    actor.require(roles.PRINT, division_code=batch.division_code)
    session.refresh(batch, with_for_update=True)
    under_way = select(Sheet).where(
        Sheet.batch_id == batch_id,
        Sheet.size == wanted.size,
        Sheet.ground == wanted.ground,
        Sheet.paper == wanted.paper,
        Sheet.state.in_(("waiting", "drawing")),
    )
    earlier = session.scalars(under_way).first()
    if earlier is not None:
        if earlier.fault:
            outbox.publish(session, TASK, sheet_id=earlier.id)
        return earlier
    sheet = Sheet(
        batch_id=batch_id,
        **wanted.model_dump(),
        state="waiting",
        plates=batch.plates,
        drawn=0,
        created_by=actor.name,
        created_at=clock.now(),
    )
    session.add(sheet)
    session.flush()
    outbox.publish(session, TASK, sheet_id=sheet.id)
    return sheet


def sheet_for(session: Session, *, sheet_id: int, actor: Actor) -> Sheet:
    """Give a sheet to whoever may print in its village; raises `SheetNotFound`, `Forbidden`."""
    sheet = queries.get_sheet(session, sheet_id)
    batch = queries.get_batch(session, sheet.batch_id)
    actor.require(roles.PRINT, division_code=batch.division_code)
    return sheet


def sheet_files(sheet: Sheet, *, files_dir: Path) -> tuple[Path, Path]:
    """Give where a sheet's PDF and its manifest lie; raises `SheetNotReady`, `SheetLost`."""
    if sheet.state != "ready":
        raise SheetNotReady
    files = _paths(sheet, files_dir)
    if not all(file.is_file() for file in files):
        raise SheetLost
    return files


def draw_sheet(session: Session, database: Database, *, sheet_id: int, press: Press) -> None:
    """Draw a sheet's PDF and manifest, then mark its drafts printed, all in this transaction.

    Progress is told in transactions of its own. A character that no font holds ends the sheet as
    failed with a sentence, before anything is drawn; other faults are raised, to be tried again.
    """
    sheet = queries.get_sheet(session, sheet_id)
    if sheet.state in ("ready", "failed"):
        return
    batch = queries.get_batch(session, sheet.batch_id)
    try:
        # One list for the PDF, its manifest and the marks: a plate that ends meanwhile shifts none.
        ids = [view.id for view in queries.each_plate(session, batch.id)]
        summary = _draw_files(session, database, sheet, _faces(session, batch, ids, press), press)
    except (sheets.MissingGlyph, sheets.NoPlates, sheets.UnusableFont) as error:
        sheet.state, sheet.fault, sheet.finished_at = "failed", _fault(error), clock.now()
        return
    except OSError:
        _tell_fault(database, sheet_id, "磁盘写不进去（可能已满），系统会自动再试。")
        raise
    except Exception:
        _tell_fault(database, sheet_id, "画图时出了问题，系统会自动再试，也可以再点一次开始画。")
        raise
    mark_printed(session, plate_ids=ids, actor_name=sheet.created_by)
    sheet.state, sheet.fault, sheet.finished_at = "ready", None, clock.now()
    sheet.drawn = sheet.plates = summary.plates
    sheet.pages = summary.pages


def _draw_files(
    session: Session,
    database: Database,
    sheet: Sheet,
    faces: Callable[[], Iterator[sheets.PlateFace]],
    press: Press,
) -> sheets.SheetSummary:
    style = sheets.SheetStyle(
        sheets.Size(sheet.size), sheets.Ground(sheet.ground), sheets.Paper(sheet.paper)
    )
    pdf, manifest = _paths(sheet, press.files_dir)
    pdf.parent.mkdir(parents=True, exist_ok=True)
    for leftover in pdf.parent.glob(f".{sheet.id}.*.part"):  # of a worker that was killed
        leftover.unlink(missing_ok=True)
    summary = sheets.draw_sheets(
        pdf,
        faces,
        style=style,
        fonts=press.fonts,
        demonstration=deployment.is_demonstration(session),
        on_progress=_teller(database, sheet.id),
    )
    sheets.write_manifest(manifest, sheets.manifest_rows(faces(), style=style))
    return summary


def _paths(sheet: Sheet, files_dir: Path) -> tuple[Path, Path]:
    folder = files_dir / "sheets"
    return folder / f"{sheet.id}.pdf", folder / f"{sheet.id}.csv"


def _faces(
    session: Session, batch: Batch, plate_ids: Sequence[int], press: Press
) -> Callable[[], Iterator[sheets.PlateFace]]:
    """Give a function that walks through these plates anew each time it is called."""
    county, township, village = places.lineage(session, batch.division_code)
    groups = {place.code: place for place in places.children(session, batch.division_code)}
    hotlines = organisations.hotlines(session, [county.code])
    hotline = f"投诉咨询 {hotlines[0].phone}" if hotlines else ""

    def group_of(view: PlateView) -> str:
        place: Place | None = groups.get(view.group_code or "")
        if place is None and view.group_code:
            place = groups[view.group_code] = places.get(session, view.group_code)
        return place.short_name if place else view.group_label

    def walk() -> Iterator[sheets.PlateFace]:
        for view in queries.plates_by_id(session, plate_ids):
            yield sheets.PlateFace(
                code=view.code,
                url=f"{press.base_url}/d/{view.code}",
                serial=view.serial,
                county=county.short_name,
                township=township.short_name,
                village=village.short_name,
                group=group_of(view),
                house_number=view.house_number,
                hotline=hotline,
            )

    return walk


def _teller(database: Database, sheet_id: int) -> Callable[[int, int], None]:
    """Give a function that notes progress, at most every half second and at the end."""
    told_at = float("-inf")

    def tell(drawn: int, total: int) -> None:
        nonlocal told_at
        moment = time.monotonic()
        if drawn < total and moment - told_at < TELL_EVERY:
            return
        told_at = moment
        with database.unit_of_work() as session:
            session.execute(
                update(Sheet)
                .where(Sheet.id == sheet_id)
                .values(state="drawing", drawn=drawn, plates=total, fault=None)
            )

    return tell


def _tell_fault(database: Database, sheet_id: int, sentence: str) -> None:
    with database.unit_of_work() as session:
        session.execute(update(Sheet).where(Sheet.id == sheet_id).values(fault=sentence))


def _fault(error: sheets.SheetError) -> str:
    if isinstance(error, sheets.MissingGlyph):
        named = "、".join(map(_where, error.missing[:NAMED]))
        if len(error.missing) > NAMED:
            named += f"，等 {len(error.missing)} 个字"
        return f"字体里缺少这些字，没有印制：{named}。请在 FONT_PATHS 里加上含有这些字的字体。"
    if isinstance(error, sheets.UnusableFont):
        return f"字体文件不能用：{Path(error.path).name}。请检查 FONT_PATHS。"
    return "这一批里没有可以印制的门牌。"


def _where(missing: sheets.MissingCharacter) -> str:
    place = f"第 {missing.plates[0] + 1} 块" if missing.plates else "每一块"
    return f"“{missing.character}”（{missing.codepoint}）{place}"
