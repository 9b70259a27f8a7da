"""What a place for files may refuse."""

from __future__ import annotations

from app.kernel.errors import NotFound, Unavailable


class FileMissing(NotFound):
    code = "file_missing"
    sentence = "这个文件找不到了，请联系公开单位。"


class StorageAway(Unavailable):
    code = "storage_away"
    sentence = "存放文件的地方暂时连不上，请稍后再试。"


class StorageFull(Unavailable):
    code = "storage_full"
    sentence = "存放文件的地方已满，这个文件没有保存。请联系系统管理员腾出空间后再试。"


class StorageMisconfigured(Unavailable):
    code = "storage_misconfigured"
    sentence = "存放文件的设置有误，请联系系统管理员。"
