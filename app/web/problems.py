"""From the kernel's words to HTTP: problem+json for programs (RFC 9457), a page for people."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Flask, Response, current_app, json, make_response, render_template, request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from sqlalchemy.exc import DataError
from werkzeug.exceptions import HTTPException

from app.kernel import errors, logs

STATUS: dict[type[errors.SunshineError], int] = {
    errors.NotFound: 404,
    errors.Gone: 410,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.Conflict: 409,
    errors.Invalid: 422,
    errors.TooMany: 429,
    errors.Unavailable: 503,
}

HEADINGS = {
    400: "看不懂这个请求",
    401: "请先登录",
    403: "没有权限",
    404: "没有找到",
    405: "不能这样操作",
    409: "状态已经变了",
    410: "已经撤下",
    413: "内容太大",
    415: "格式不对",
    422: "填写有误",
    429: "请求太频繁",
    500: "系统出了问题",
    503: "暂时不能服务",
}

SENTENCES = {
    400: "请求的格式不对，请检查后再试。",
    404: "没有找到这个页面，请检查地址，或从首页重新进入。",
    405: "这个地址不支持这种操作。",
    413: "提交的内容太大，请分几次提交。",
    415: "请用 application/json 格式提交。",
    500: "系统出了一点问题，我们已经记录。请稍后再试。",
    503: "系统正在启动或维护，请稍后再试。",
}

FIELD_SENTENCES = {
    "missing": "缺少这一项。",
    "extra_forbidden": "没有这一项，请去掉。",
    "string_too_long": "太长了。",
    "string_too_short": "太短了。",
    "string_pattern_mismatch": "格式不对。",
    "string_type": "应当是文字。",
    "int_parsing": "应当是整数。",
    "int_type": "应当是整数。",
    "int_from_float": "应当是整数。",
    "greater_than_equal": "太小了。",
    "less_than_equal": "太大了。",
    "enum": "不在可选的范围内。",
    "literal_error": "不在可选的范围内。",
    "datetime_parsing": "应当是 ISO 8601 的日期时间。",
    "date_from_datetime_parsing": "应当是日期，例如 2026-11-03。",
    "date_parsing": "应当是日期，例如 2026-11-03。",
    "timezone_aware": "日期时间要带时区。",
    "json_invalid": "不是有效的 JSON。",
    "model_attributes_type": "应当是一个 JSON 对象。",
}


class FieldProblem(BaseModel):
    """What is wrong with one field, without repeating what was typed in."""

    field: str
    sentence: str


class Problem(BaseModel):
    """A problem detail (RFC 9457) with this platform's code and a Chinese sentence."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    fields: list[FieldProblem] = []
    reason: str | None = None


def _described(description: str) -> dict[str, Any]:
    reference = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": description,
        "content": {"application/problem+json": {"schema": reference}},
    }


RESPONSES: dict[str | int, Any] = {
    "4XX": _described("Refused: `detail` says why and what to do"),
    "422": _described("Some fields do not fit: `fields` names each"),
    "503": _described("Cannot be answered right now, or something outside does not answer us"),
}
"""What every call of the API may answer besides its own results."""


def status_of(error: errors.SunshineError) -> int:
    """Choose the number for a refusal by its base class."""
    return next((STATUS[base] for base in type(error).__mro__ if base in STATUS), 500)


def install(app: Flask) -> None:
    """Let every refusal, of a rule, of HTTP or of the machine, answer in the visitor's language."""
    app.register_error_handler(errors.SunshineError, _refused)
    app.register_error_handler(HTTPException, _refused_by_http)
    app.register_error_handler(DataError, _unfit)
    app.register_error_handler(RecursionError, _unfit)
    app.register_error_handler(Exception, _broken)


def refuse_fields(error: ValidationError) -> Response:
    """Answer a request whose fields do not fit: each field with its sentence, never its value."""
    fields = [
        FieldProblem(
            field=_field_of(fault),
            sentence=FIELD_SENTENCES.get(fault["type"], "填写的内容不符合要求。"),
        )
        for fault in error.errors(include_input=False, include_url=False, include_context=False)
    ]
    return _answer(422, "invalid_fields", "有内容填写有误，请按提示修改。", fields=fields)


def _field_of(fault: ErrorDetails) -> str:
    """Name the field; one that does not exist was named by the sender and is not repeated."""
    known = fault["loc"][:-1] if fault["type"] == "extra_forbidden" else fault["loc"]
    return ".".join(str(part) for part in known)


def refuse(error: errors.SunshineError) -> Response:
    """Answer with a refusal without raising it, so that what was written is kept."""
    return _refused(error)


def _refused(error: errors.SunshineError) -> Response:
    status = status_of(error)
    fields = [
        FieldProblem(field=f"第 {line} 行", sentence=sentence)
        for line, sentence in error.facts.get("lines", ())  # type: ignore[attr-defined]  # facts are objects
    ]
    reason = error.facts.get("reason")
    return _answer(
        status,
        error.code,
        error.sentence,
        fields=fields,
        reason=str(reason) if reason else None,
    )


def _refused_by_http(error: HTTPException) -> Response:
    if error.response is not None or error.code is None or error.code < 400:
        return make_response(error.get_response())
    code = error.name.lower().replace(" ", "_")
    response = _answer(error.code, code, SENTENCES.get(error.code, "操作没有完成，请稍后再试。"))
    for name, value in error.get_headers():
        if name.lower() == "allow":
            response.headers[name] = value
    return response


def _unfit(error: Exception) -> Response:
    """Refuse what PostgreSQL cannot store (a NUL in a text) or nothing can read (endless depth)."""
    logs.get(__name__).warning("request_unfit", error=logs.describe(error))
    return _answer(422, "unfit_characters", "内容里有不能使用的字符，请去掉后再试。")


def _broken(error: Exception) -> Response:
    logs.get(__name__).error("request_failed", exc_info=error)
    return _answer(500, "internal_error", SENTENCES[500])


def _answer(
    status: int,
    code: str,
    sentence: str,
    *,
    fields: list[FieldProblem] | None = None,
    reason: str | None = None,
) -> Response:
    fields = fields or []
    if request.path.startswith("/api/"):
        response = _problem(status, code, sentence, fields=fields, reason=reason)
    else:
        page = render_template(
            current_app.config[
                "STAFF_ERROR_TEMPLATE" if request.path.startswith("/console") else "ERROR_TEMPLATE"
            ],
            status=status,
            code=code,
            heading=HEADINGS.get(status, "操作没有完成"),
            sentence=sentence,
            fields=fields,
            reason=reason,
            action_url=_sign_in_address() if status == 401 else "/",
            action_text="去登录" if status == 401 else "回到首页",
        )
        response = make_response(page, status)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if status == 429:
        response.headers["Retry-After"] = "60"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _sign_in_address() -> str:
    """Lead staff and villagers each to their own door, and back to the page they wanted."""
    if request.path.startswith("/console"):
        return f"/console/sign-in?next={quote(request.path)}"
    wanted = request.path if request.method == "GET" else "/me"
    return f"/sign-in?next={quote(wanted)}"


def _problem(
    status: int, code: str, sentence: str, *, fields: list[FieldProblem], reason: str | None
) -> Response:
    problem = Problem(
        type=f"urn:sunshine-liuzhi:problem:{code}",
        title=HEADINGS.get(status, "操作没有完成"),
        status=status,
        code=code,
        detail=sentence,
        fields=fields,
        reason=reason,
    )
    body: dict[str, Any] = problem.model_dump(exclude_none=True)
    if getattr(current_app, "demo", False):
        body["demonstration"] = "演示"
    return Response(
        json.dumps(body, ensure_ascii=False), status, mimetype="application/problem+json"
    )
