"""What the register may refuse."""

from __future__ import annotations

from app.kernel.errors import Conflict, Forbidden, Gone, Invalid, NotFound


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


class RecordRefused(Forbidden):
    code = "record_refused"
    sentence = "您没有打开这里住户信息的权限。需要的话，请向数据管理员申请授权。"


class RevealRefused(Forbidden):
    code = "reveal_refused"
    sentence = "您没有查看这一项全文的权限。需要的话，请向数据管理员申请授权。"


class PurposeWanted(Invalid):
    code = "purpose_wanted"
    sentence = "请选择查看的事由。"


class ReasonWanted(Invalid):
    code = "reason_wanted"
    sentence = "选“其他”时请写明原因，2 到 200 个字。"


class NobodyHere(NotFound):
    code = "nobody_here"
    sentence = "这块门牌还没有对应的住户。"


class PlateReplaced(Conflict):
    code = "plate_replaced"
    sentence = "这块门牌已经更换，请扫门上的新门牌。"


class OpeningNotFound(NotFound):
    code = "opening_not_found"
    sentence = "没有找到这次打开的住户信息，请扫门牌重新打开。"


class OpeningClosed(Gone):
    code = "opening_closed"
    sentence = "住户信息打开 10 分钟后自动关闭。"


class RecordEnded(Gone):
    code = "record_ended"
    sentence = "这一户已经注销，不再打开。"


class NothingRegistered(NotFound):
    code = "nothing_registered"
    sentence = "这一项没有登记。"


class NoSuchField(Invalid):
    code = "no_such_field"
    sentence = "没有这一项，请回到住户信息页再选。"


class HouseholdEnded(Conflict):
    code = "household_ended"
    sentence = "这一户已经注销，不能再改。"


class HouseholdChanged(Conflict):
    code = "household_changed"
    sentence = "刚才有人改过这一户，请看过最新的情况再改。"


class AnotherCounty(Invalid):
    code = "another_county"
    sentence = "只能在本县的村之间迁移；迁出本县请登记为迁出。"


class SomeoneMustStay(Invalid):
    code = "someone_must_stay"
    sentence = "分户时至少留一个人在原户，也至少有一个人分出去。"


class TwoHouseholdsWanted(Invalid):
    code = "two_households_wanted"
    sentence = "请选择另一户。"


class FieldRefused(Invalid):
    code = "field_refused"
    sentence = "这一项填得不对，请检查后再提交。"


class TagNotFound(NotFound):
    code = "tag_not_found"
    sentence = "没有这一条，或者已经结束。"


class DoorElsewhere(Invalid):
    code = "door_elsewhere"
    sentence = "这块门牌不在这一户所在的村。"


class OfficerUnfit(Invalid):
    code = "officer_unfit"
    sentence = "这个账号已经停用，不能作为帮扶责任人。"
