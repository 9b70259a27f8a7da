"""The values that are planted in personal records; each stands nowhere else in the world."""

from __future__ import annotations

NAME, ADDRESS = "鸑鷟彪", "犇羴鱻巷八百七十六号"
PHONE, ID_NUMBER = "19953427186", "520203195304277119"
OTHER_PHONE = "19953427299"
REASON, QUESTION = "鸂鶒缘由待查", "鸀鳿疑问待答"
NOTES, TYPED = "鸊鷉记事甲乙", "鸜鹆误敲密语"
ANSWER = "鵾鶋答复丙丁"
# What a roster brings: a household that is new, one that is refused, the name of the file.
COUSIN, COUSIN_ID = "鶬鶊甲", "52020319610914733X"
COUSIN_HOME, COUSIN_PHONE = "鵷鶵里四百三十二号", "19953427308"
BROKEN, BROKEN_ID, MENDED_ID = "鷫鸘丙", "520203197806115081", "52020319780611508X"
BROKEN_PHONE = "19953427415"
REMARK, FILE_NAME = "鸤鸠旁注戊己", "鹔鹴存档庚辛"
# What is said and written at the door, with signal and without.
HEARD, ADDED, STEP = "鹓鶵诉求壬癸", "鸬鹚补记子丑", "鹈鹕办理寅卯"
OFFLINE, OFFLINE_MET, SETTLED = "鹣鲽离线辰巳", "鹡鸰在场午未", "鹧鸪取舍申酉"
# Who asks to be bound, from WeChat and from a telephone, and what the clerk writes to them.
OPENID, ASKER, ASKER_PHONE = "o7Qk2vXw9PzR4tLmBn8Ys3Hd", "鸰鹡戌亥", "19953427521"
REFUSAL = "鸹鸧退回天地"
# What a draft says until it is masked, and what somebody tries to write into a public ledger.
DRAFT_ID, DRAFT_PHONE, DRAFT_CARD = "520203196502140839", "19953427634", "6217004219953427636"
LEDGER_PHONE, ASKED_ID = "19953427748", "520203196109114423"
VALUES = (
    *(DRAFT_ID, DRAFT_PHONE, DRAFT_CARD, LEDGER_PHONE, ASKED_ID),
    *(NAME, ADDRESS, PHONE, OTHER_PHONE, ID_NUMBER, REASON, QUESTION, NOTES, TYPED, ANSWER),
    *(COUSIN, COUSIN_ID, COUSIN_HOME, COUSIN_PHONE, REMARK, FILE_NAME),
    *(BROKEN, BROKEN_ID, MENDED_ID, BROKEN_PHONE),
    *(HEARD, ADDED, STEP, OFFLINE, OFFLINE_MET, SETTLED),
    *(OPENID, ASKER, ASKER_PHONE, REFUSAL),
)
