"""Roles: bundles of permissions that are granted together, and what each permission asks for."""

from __future__ import annotations

ISSUE = "doorplates.issue"
PRINT = "doorplates.print"
INSTALL = "doorplates.install"
REVOKE = "doorplates.revoke"
PUBLISH = "disclosure.publish"
REVIEW_FIRST = "disclosure.review_first"
REVIEW_SECOND = "disclosure.review_second"
REVIEW_FINAL = "disclosure.review_final"
SUPERVISE = "disclosure.supervise"
CATALOGUE = "disclosure.catalogue"
FUNDS_KEEP = "funds.keep"
JOBS = "operations.jobs"
RECORDS_OPEN = "households.open"
RECORDS_REVEAL = "households.reveal"
RECORDS_MINORS = "households.minors"
RECORDS_HEALTH = "households.health"
RECORDS_MONEY = "households.money"
HOUSEHOLDS_KEEP = "households.keep"
VISITS_LOG = "visits.log"
AUDIT_READ = "audit.read"
ACCOUNTS = "identity.accounts"
GRANTS_APPROVE = "identity.approve_grants"

ROLES: dict[str, tuple[str, ...]] = {
    "admin": (ISSUE, PRINT, INSTALL, REVOKE, PUBLISH, CATALOGUE, JOBS, ACCOUNTS),
    "security_auditor": (AUDIT_READ,),
    "data_steward": (GRANTS_APPROVE, HOUSEHOLDS_KEEP, RECORDS_OPEN),
    "publisher": (PUBLISH,),
    "first_reviewer": (REVIEW_FIRST,),
    "second_reviewer": (REVIEW_SECOND,),
    "final_reviewer": (REVIEW_FINAL,),
    "cadre": (RECORDS_OPEN, RECORDS_REVEAL, VISITS_LOG),
    "clerk": (
        *(ISSUE, PRINT, INSTALL, REVOKE),
        *(RECORDS_OPEN, RECORDS_REVEAL, HOUSEHOLDS_KEEP, FUNDS_KEEP),
    ),
    "supervision_committee": (SUPERVISE,),
    "installer": (INSTALL,),
}

ROLE_NAMES = {
    "admin": "系统管理员",
    "security_auditor": "安全审计员",
    "data_steward": "住户数据管理员",
    "publisher": "信息发布员",
    "first_reviewer": "初审员",
    "second_reviewer": "复审员",
    "final_reviewer": "终审员",
    "cadre": "网格员、驻村干部、帮扶干部",
    "clerk": "村级文书",
    "supervision_committee": "村务监督委员会",
    "installer": "门牌安装员",
}

PERMISSION_NAMES = {
    ISSUE: "发放门牌",
    PRINT: "印刷门牌",
    INSTALL: "登记门牌安装",
    REVOKE: "停用和更换门牌",
    PUBLISH: "发布公开内容",
    REVIEW_FIRST: "初审",
    REVIEW_SECOND: "复审",
    REVIEW_FINAL: "终审",
    SUPERVISE: "村务监督",
    CATALOGUE: "维护公开目录、节假日和词表",
    FUNDS_KEEP: "登记村集体资金",
    JOBS: "查看后台任务",
    RECORDS_OPEN: "打开住户信息",
    RECORDS_REVEAL: "查看住户信息全文",
    RECORDS_MINORS: "查看未成年人信息",
    RECORDS_HEALTH: "查看健康信息",
    RECORDS_MONEY: "查看补助金额",
    HOUSEHOLDS_KEEP: "维护住户登记",
    VISITS_LOG: "走访记录",
    AUDIT_READ: "查看审计记录",
    ACCOUNTS: "管理账号",
    GRANTS_APPROVE: "批准查看住户信息的授权",
}

EXTRA = frozenset({RECORDS_MINORS, RECORDS_HEALTH, RECORDS_MONEY})
"""Asked for one by one, each with a last day; no role brings them."""

READS_RECORDS = EXTRA | {RECORDS_OPEN, RECORDS_REVEAL, HOUSEHOLDS_KEEP, VISITS_LOG, AUDIT_READ}
NEEDS_APPROVAL = READS_RECORDS | {GRANTS_APPROVE}
"""Stand only once a data steward of that place, who did not ask for them, has approved them."""

NEEDS_SECOND_FACTOR = NEEDS_APPROVAL | {
    PUBLISH,
    REVIEW_FIRST,
    REVIEW_SECOND,
    REVIEW_FINAL,
    SUPERVISE,
    CATALOGUE,
    FUNDS_KEEP,
    ACCOUNTS,
}
"""Whoever holds one of these, or waits for it, signs in with a second factor."""

DISCLOSES = (
    *(PUBLISH, REVIEW_FIRST, REVIEW_SECOND, REVIEW_FINAL),
    *(SUPERVISE, CATALOGUE, FUNDS_KEEP),
)
"""Whoever holds one of these has work in the workplace's room of disclosure."""

ADMINISTRATIONS = (ACCOUNTS, GRANTS_APPROVE, AUDIT_READ)
"""Of system, data and audit: nobody holds two of them."""
