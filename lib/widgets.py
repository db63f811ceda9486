"""Form fields as markup: a page has dozens, and Django's templates for them are slow."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString

from lib.http import page_address
from lib.marks import joined, markup, written

Widget = Mapping[str, Any]
REQUIRED = '<span class="required" title="必填">*</span>'


class FieldRenderer(DjangoTemplates):
    """Render common widgets by functions, the others by Django's templates.

    Writes `data-limit`, from which app.js counts: with `maxlength` browsers cut pasted text.
    """

    def render(self, template_name: str, context: Any, request: HttpRequest | None = None) -> str:
        widget = context.get("widget", {})
        attrs = widget.get("attrs", {})
        if "maxlength" in attrs:
            attrs["data-limit"] = attrs.pop("maxlength")
        write = WRITTEN.get(template_name.removeprefix("django/forms/widgets/"))
        if write:
            return SafeString(write(widget))
        return super().render(template_name, context, request)


def field(bound: BoundField, css_class: str = "", is_needed: bool = False) -> SafeString:
    """A form field of any kind: label, mark, widget, help, errors.

    `css_class`: is-half or is-third of a .form-grid, else its whole width. `is_needed`: marked as
    required even if another field may replace it. A group of radios or boxes becomes a fieldset; a
    single box has its label behind it. Ids are Django's (…_helptext, …_error). Help texts are
    trusted markup.
    """
    if bound.is_hidden:
        return bound.as_widget()
    errors, widget, id_ = bound.errors, bound.as_widget(), bound.auto_id
    # A field that a choice makes required is marked from the start: only a script can unmark it.
    is_needed = is_needed or "data-required-when" in bound.field.widget.attrs
    label = written(bound.label) + (REQUIRED if bound.field.required or is_needed else "")
    css = f"{css_class}{' has-errors' if errors else ''}"
    end = ""
    if bound.help_text:
        end = f'<div class="field-help" id="{id_}_helptext">{bound.help_text}</div>'
    if errors:
        lines = "".join(f"<li>{written(error)}</li>" for error in errors)
        end += f'<ul class="field-errors" id="{id_}_error">{lines}</ul>'
    if bound.use_fieldset:
        by = _attrs({"aria-describedby": bound.aria_describedby or False})
        label = f'<legend class="field-label">{label}</legend>'
        box = f'{label}<div class="field-choices">{widget}</div>{end}'
        return SafeString(f'<fieldset class="field {css}"{by}>{box}</fieldset>')
    target = bound.id_for_label
    if bound.widget_type == "checkbox":
        line = f'<label for="{target}">{widget}{label}</label>{end}'
        return SafeString(f'<div class="field field-box {css}">{line}</div>')
    line = f'<label class="field-label" for="{target}">{label}</label>{widget}{end}'
    return SafeString(f'<div class="field {css}">{line}</div>')


def fields(form: BaseForm, *names: str) -> SafeString:
    """Some fields of a form; before a colon, the part of the grid's width (`half:due_on`)."""
    parts = (name.rpartition(":") for name in names)
    return joined((field(form[name], width and f"is-{width}") for width, _, name in parts), "\n")


def grid(form: BaseForm, *names: str) -> SafeString:
    """The same in a grid, in which fields may stand beside each other."""
    return markup('<div class="form-grid">{}</div>', fields(form, *names))


def hidden(**values: object) -> SafeString:
    """Values that a form sends without showing them."""
    form = '<input type="hidden" name="{}" value="{}">'
    return joined(markup(form, name, value) for name, value in values.items())


def postform(
    context: Context,
    content: str,
    form: BaseForm | None,
    page: str = "",
    *keys: int,
    css: str = "",
    guard: bool = True,
    native: bool = False,
) -> SafeString:
    """A form that is sent to `page` (empty: this page's address); it begins with its errors.

    `form`: None if its errors are written elsewhere; `page`: an address, or a name with keys as for
    `url`; `guard`: ask before leaving it changed; `native`: the browser checks the fields, nothing
    is asked.
    """
    to = page and page_address(page, *keys)
    attrs = {"class": css or False, "action": to or False}
    attrs |= {"data-guard": guard and not native, "novalidate": not native}
    if form and form.errors:
        content = get_template("components/form_errors.html").render({"form": form}) + content
    return _post(context, attrs, content)


def act(
    context: Context,
    label: str,
    page: str,
    *keys: int,
    css: str = "",
    form_css: str = "",
    confirm: str = "",
    yes: str = "",
) -> SafeString:
    """A form that is only a button, sent to `page` with keys as for `url`."""
    attrs = {"class": form_css or False, "action": page_address(page, *keys)}
    return _post(context, attrs, _button(label, css, confirm, yes))


def _post(context: Context, attrs: Mapping[str, str | bool], content: str) -> SafeString:
    token = hidden(csrfmiddlewaretoken=context["csrf_token"])
    return SafeString(f'<form method="post"{_attrs(attrs)}>{token}{content}</form>')


def send(
    label: str,
    page: str = "",
    *keys: int,
    css: str = "btn-primary",
    confirm: str = "",
    yes: str = "",
    listed: str = "",
    back: str = "返回",
) -> SafeString:
    """The row that ends a form: its button, and a link back to `page`, a name or address.

    `confirm`: what is asked before, `yes`: the answer (`label` if empty), `listed`: id of its list.
    """
    button = _button(label, css, confirm, yes, listed)
    away = (
        markup('<a class="btn" href="{}">{}</a>', page_address(page, *keys), back) if page else ""
    )
    return SafeString(f'<div class="form-actions">{button}{away}</div>')


def _button(label: str, css: str, confirm: str, yes: str, listed: str = "") -> str:
    attrs: dict[str, str] = {"class": f"btn {css}".rstrip(), "type": "submit"}
    if confirm:
        attrs |= {"data-confirm": confirm, "data-confirm-yes": yes or label}
    if listed:
        attrs["data-confirm-list"] = listed
    return f"<button{_attrs(attrs)}>{written(label)}</button>"


def _attrs(attrs: Mapping[str, Any]) -> str:
    shown = ((name, value) for name, value in attrs.items() if value is not False)
    return "".join(f" {n}" if v is True else f' {n}="{written(v)}"' for n, v in shown)


def _input(widget: Widget) -> str:
    value = "" if widget["value"] is None else f' value="{written(widget["value"])}"'
    return (
        f'<input type="{widget["type"]}" name="{widget["name"]}"{value}{_attrs(widget["attrs"])}>'
    )


def _textarea(widget: Widget) -> str:
    # Browsers drop a line break right after the tag.
    name, attrs, value = widget["name"], _attrs(widget["attrs"]), written(widget["value"] or "")
    return f'<textarea name="{name}"{attrs}>\n{value}</textarea>'


def _select(widget: Widget) -> str:
    inner = "".join(
        f'<optgroup label="{written(name)}">{_options(options)}</optgroup>'
        if name
        else _options(options)
        for name, options, _ in widget["optgroups"]
    )
    return f'<select name="{widget["name"]}"{_attrs(widget["attrs"])}>{inner}</select>'


def _options(options: Iterable[Widget]) -> str:
    return "".join(map(_option, options))


def _option(one: Widget) -> str:
    value, label = written(one["value"]), written(one["label"])
    return f'<option value="{value}"{_attrs(one["attrs"])}>{label}</option>'


def _choices(widget: Widget) -> str:
    inner = "".join(
        f"<div><label>{written(name)}</label>{_boxes(options)}</div>" if name else _boxes(options)
        for name, options, _ in widget["optgroups"]
    )
    return f'<div id="{widget["attrs"].get("id", "")}">{inner}</div>'


def _boxes(options: Iterable[Widget]) -> str:
    return "".join(
        f'<div><label for="{one["attrs"].get("id", "")}">{_input(one)} {written(one["label"])}'
        "</label></div>"
        for one in options
    )


_INPUTS = ("text", "number", "hidden", "date", "file", "checkbox")
WRITTEN = {
    **{f"{name}.html": _input for name in _INPUTS},
    "textarea.html": _textarea,
    "select.html": _select,
    "radio.html": _choices,
    "checkbox_select.html": _choices,
}
