"""What the rules of working days refuse."""

from __future__ import annotations

from app.kernel.errors import Invalid


class BadDay(Invalid):
    code = "holiday_bad_day"
    sentence = "日期要写成 2027-02-06 这样，在 2000 年到 2200 年之间；名称 1 到 40 个字。"


class YearUnknown(Invalid):
    code = "holiday_year_unknown"
    sentence = "程序还没有这一年的放假安排。请按国务院办公厅的通知逐日录入，再标为“已录全”。"
