"""Words of the ledger as people read them."""

from __future__ import annotations

ACTS = {
    "open": "打开住户信息",
    "read": "查看住户信息",
    "reveal": "查看完整内容",
    "account_open": "开通账号",
    "account_close": "停用账号",
    "password_reset": "重设密码",
    "grant_ask": "提出授权",
    "grant_approve": "批准授权",
    "grant_refuse": "没有批准授权",
    "grant_end": "结束授权",
    "factor_reset_ask": "申请重新绑定动态验证码",
    "factor_reset_approve": "批准重新绑定动态验证码",
    "factor_reset_refuse": "没有批准重新绑定动态验证码",
    "hand_over": "移交",
    "search": "查找住户",
    "list": "查看住户名单",
    "change": "修改资料",
    "export": "导出资料",
    "compare": "核对花名册",
    "import": "导入花名册",
    "bind": "办理绑定",
    "ask_binding": "申请绑定",
    "refuse_binding": "退回绑定申请",
    "unbind": "结束绑定",
    "open_request": "核对申请",
    "view_own": "家里人查看",
    "reveal_own": "家里人查看全部",
    "ask_correction": "要求更正",
    "refuse_correction": "答复不更正",
    "pack": "下载离线资料包",
    "pack_revoke": "收回离线资料包",
    "sync": "离线打开后补记",
    "visit": "记录走访",
    "visit_change": "修改走访记录",
    "let_stand": "放行公开稿件里的个人信息",
    "fund_settings": "修改集体资金的类别和期限",
    "desk_settings": "修改补审期限",
    "denied": "被拒绝",
}
OUTCOMES = {"granted": "已允许", "denied": "已拒绝"}
KINDS = {"staff": "工作人员", "villager": "村民", "operator": "服务器管理员", "system": "平台"}
RULES = {
    "many": "短时间内打开很多户",
    "hours": "在工作时间以外打开",
    "strange": "打开从没去过的组的住户",
    "packs": "一天里离线带走很多户",
    "lookups": "短时间内很多次查找住户、翻看名单",
}
COUNTED = {"packs": "户次", "lookups": "次"}


def counted(rule: str, number: int) -> str:
    """Say how much there was of what a rule counts: 31 户."""
    return f"{number} {COUNTED.get(rule, '户')}"


def act(word: str) -> str:
    """Name an act; one that came later than this list keeps its word."""
    return ACTS.get(word, word)
