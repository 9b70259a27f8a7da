"""A form with the editor on it, drawn as a page of the workplace would have it."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from playwright.sync_api import Page, Route

from app.web.flask_app import SECURITY_HEADERS

TEMPLATES = Path(__file__).parents[2] / "app/templates"
ADDRESS = "/console/editor-of-tests"
FORM = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>稿件</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/bootstrap/static/css/bootstrap.min.css">
<link rel="stylesheet" href="/static/console/console.css">
<script src="/static/console/console.js" defer></script></head>
<body><main class="container py-4">
{% from "console/_editor.html" import editor with context %}
<h1>写稿</h1>
<form method="post" action="/console/items-of-tests">
<input type="hidden" name="csrf_token" value="{{ token }}">
<p><label class="form-label" for="title">标题</label>
<input class="form-control" id="title" name="title" value="10月收支"></p>
{{ editor("body_markdown", text) }}
<button class="btn btn-primary" type="submit">保存</button>
</form></main></body></html>"""


def open_editor(page: Page, text: str = "") -> list[str]:
    """Open the form with a text in it; what the console says from then on is collected."""
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto("/console/account")
    token = page.locator("input[name=csrf_token]").first.input_value()
    drawing = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    drawing.globals["url_for"] = lambda _endpoint, filename: f"/static/{filename}"
    html = drawing.from_string(FORM).render(token=token, text=text)
    headers = {**SECURITY_HEADERS, "Content-Type": "text/html; charset=utf-8"}

    def answer(route: Route) -> None:
        route.fulfill(body=html, headers=headers)

    page.route(f"**{ADDRESS}", answer)
    page.goto(ADDRESS)
    return said


def paste(page: Page, html: str) -> None:
    """Paste what a clipboard of Word holds, at the cursor."""
    page.get_by_label("正文").evaluate(
        """(field, html) => {
            const data = new DataTransfer();
            data.setData("text/html", html);
            data.setData("text/plain", "plain");
            field.focus();
            field.dispatchEvent(new ClipboardEvent("paste", {
                clipboardData: data, bubbles: true, cancelable: true,
            }));
        }""",
        html,
    )
