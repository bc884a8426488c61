"""What the form components need to know of a Django form's bound field, in the words of the govuk macros.

Widgets are chosen in an app's `forms.py` as in any Django project; `components/forms.html` draws them.
"""

from typing import Any

from django.forms import BaseForm, BoundField
from django.utils.translation import gettext

# Given to the macros by names of their own; and meant for the browser's own checks, which we do not use
# (with maxlength it would cut off without a word the end of what is pasted).
_BY_NAME = {"class", "id", "autocomplete", "inputmode", "spellcheck", "rows", "cols"}
_BROWSERS_OWN = {"required", "maxlength", "minlength", "min", "max", "step"}


def typed(bound: BoundField) -> str:
    """What stands in the field: as it was typed, also when it was wrong."""
    value = bound.field.widget.format_value(bound.value())
    return "" if value is None else str(value)


def other_attributes(bound: BoundField) -> dict[str, str]:
    """HTML attributes of the widget that no macro has a name for, such as accept or data-…."""
    attributes = bound.field.widget.attrs
    return {name: str(value) for name, value in attributes.items() if name not in _BY_NAME | _BROWSERS_OWN}


def choices(bound: BoundField, hints: dict[str, str]) -> list[dict[str, Any]]:
    """The choices of a select, radios or checkboxes; the empty choice of radios is left out."""
    is_select = bound.widget_type == "select"
    items = [part.data for part in bound.subwidgets] if not is_select else _options(bound)
    return [
        {
            "value": str(item["value"]),
            "text": str(item["label"]),
            "checked": item["selected"],
            "selected": item["selected"],
            "hint": {"text": hints[str(item["value"])]} if str(item["value"]) in hints else None,
        }
        for item in items
        if is_select or str(item["value"])
    ]


def date_parts(bound: BoundField) -> list[dict[str, Any]]:
    """Day, month and year of a field with Django's SelectDateWidget, drawn as three short fields."""
    widget: Any = bound.field.widget
    given = widget.format_value(bound.value())
    labels = {"day": gettext("Day"), "month": gettext("Month"), "year": gettext("Year")}
    parts = []
    for part, label in labels.items():
        name = f"{bound.html_name}_{part}"
        value = bound.form.data.get(name, "") if bound.form.is_bound else given[part]
        classes = "govuk-input--width-4" if part == "year" else "govuk-input--width-2"
        classes += " govuk-input--error" if bound.errors else ""
        parts.append(
            {
                "id": f"{bound.auto_id}-{part}",
                "name": name,
                "label": label,
                "value": value or "",
                "classes": classes,
            }
        )
    return parts


def error_links(form: BaseForm) -> list[dict[str, str]]:
    """One link per error, in the order of the form: first what concerns the whole, then each field."""
    links = [{"text": str(message)} for message in form.non_field_errors()]
    for bound in form:
        target = bound.auto_id + ("-day" if bound.widget_type == "selectdate" else "")
        label = str(bound.label) if str(bound.label).endswith("?") else f"{bound.label}:"
        links += [{"text": f"{label} {message}", "href": f"#{target}"} for message in bound.errors]
    return links


def _options(bound: BoundField) -> list[dict[str, Any]]:
    """A select is one widget to Django; its options lie in groups inside it."""
    widget: Any = bound.field.widget
    groups = widget.optgroups(bound.html_name, widget.format_value(bound.value()))
    return [option for _, options, _ in groups for option in options]


ALL = {
    "typed": typed,
    "other_attributes": other_attributes,
    "choices": choices,
    "date_parts": date_parts,
    "error_links": error_links,
}
