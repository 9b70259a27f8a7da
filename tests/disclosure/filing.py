"""Files as clerks hang them on drafts, and a desk that has a place for them."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.attachments.models import Attachment
from app.disclosure import file_gate, service
from app.disclosure.file_gate import FoundInFile
from app.disclosure.models import Draft
from app.disclosure.service.desk import text_hash
from app.gateways.storage.memory import InMemoryStorage
from tests.disclosure.desk import Desk
from tests.screening import files

PDF = files.pdf("The village lists the meeting and what it decided.")


def workbook(*, with_numbers: bool = False) -> bytes:
    """Make a list of aid; `with_numbers` hides a column of ID numbers in it."""
    book = files.workbook()
    if with_numbers:
        sheet = book.active
        assert sheet is not None
        sheet["D1"], sheet["D2"] = "身份证号", files.ID
        sheet.column_dimensions["D"].hidden = True
    return files.saved(book)


@dataclass
class Filing:
    """The author's files."""

    desk: Desk
    storage: InMemoryStorage = field(default_factory=InMemoryStorage)

    def attach(self, draft: Draft, content: bytes, name: str = "名单.xlsx") -> Attachment:
        """Hang a file on a draft."""
        return service.attach(
            self.desk.session,
            draft_id=draft.id,
            name=name,
            content=content,
            storage=self.storage,
            actor=self.desk.author,
        )

    def detach(self, draft: Draft, file: Attachment) -> None:
        """Take it off again."""
        service.detach(
            self.desk.session, draft_id=draft.id, attachment_id=file.id, actor=self.desk.author
        )

    def found(self, draft: Draft) -> list[FoundInFile]:
        """Give what the gate finds in a draft's files."""
        session = self.desk.session
        return file_gate.look(session, draft, text_hash=text_hash(session, draft))

    def passed(self, draft: Draft) -> Draft:
        """Bring a draft through all three reviews."""
        draft = self.desk.submit(draft)
        for actor in (self.desk.first, self.desk.second, self.desk.final):
            draft = self.desk.review(draft, actor)
        return draft
