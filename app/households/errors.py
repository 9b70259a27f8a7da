"""What the register may refuse."""

from __future__ import annotations

from app.kernel.errors import Conflict, Invalid, NotFound


class HouseholdNotFound(NotFound):
    code = "household_not_found"
    sentence = "没有找到这一户。"


class PersonNotFound(NotFound):
    code = "person_not_found"
    sentence = "这一户没有这个人。"


class HouseholdNumberTaken(Conflict):
    code = "household_number_taken"
    sentence = "这个村已经有一户用了这个户编号，请换一个。"


class DoorTaken(Conflict):
    code = "door_taken"
    sentence = "这块门牌已经对应另一户，请先解除再指定。"


class OneHeadWanted(Invalid):
    code = "one_head_wanted"
    sentence = "一户要有一个户主，而且只能有一个。"


class PersonRegisteredElsewhere(Conflict):
    code = "person_registered_elsewhere"
    sentence = "这个身份证号已经登记在册，请先办理迁移。"
