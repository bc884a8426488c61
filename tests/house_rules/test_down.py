"""Foreign keys and template references point downwards, like imports; nothing but
`kehra.kernel.time.clock` reads the clock."""

import ast
import re

from django.apps import apps

from tests.house_rules import source

WINGS = ["kernel", "library", "serve", "measure", "arrange", "develop", "site"]
FLOORS = {
    wing: floors.split()
    for wing, floors in (
        ("kernel", "time audit journal access codes organisations catalogue people accounts"),
        ("library", "limits decisions forms chains operating_models"),
        (
            "serve",
            "matters tasks contacts messages booking interpreting reach assessments day_lists rights absences"
            " records imports corrections retention pathways families",
        ),
    )
}


def height(app: str) -> tuple[int, int]:
    """How high an app stands: "kehra.serve.matters" → its wing and its floor."""
    _, wing, *rest = app.split(".")
    floors = FLOORS.get(wing, [])
    return WINGS.index(wing), floors.index(rest[0]) if rest and rest[0] in floors else 0


def test_foreign_keys_point_down() -> None:
    found = set()
    for model in apps.get_models():
        own = model._meta.app_config.name
        for field in model._meta.get_fields():
            other = field.related_model if field.concrete and field.is_relation else None
            if other is None or not own.startswith("kehra") or isinstance(other, str):
                continue
            target = other._meta.app_config.name
            if target.startswith("kehra") and height(target) > height(own):
                found.add(f"{own}.{model.__name__}.{field.name} -> {target}")
    assert found == set()


def test_audit_rows_hold_no_foreign_keys() -> None:
    for label in ("audit", "journal"):
        for model in apps.get_app_config(label).get_models():
            assert [field.name for field in model._meta.get_fields() if field.is_relation] == []


SHARED_TEMPLATES = ("shell.html", "components/", "govuk_frontend_jinja/", "404", "403")


def test_templates_refer_down_or_to_the_shell_and_components() -> None:
    found = set()
    for path in source.SRC.rglob("templates/**/*.html"):
        own = ".".join(
            path.relative_to(source.SRC).parts[: path.relative_to(source.SRC).parts.index("templates")]
        )
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r"""\{%-?\s*(?:extends|include|import|from)\s+["']([^"']+)["']""", text):
            if name.startswith(SHARED_TEMPLATES) or own == "kehra.site":
                continue
            owner = _owner(name)
            if owner is None or height(owner) > height(own):
                found.add(f"{source.name(path)} -> {name}")
    assert found == set()


def _owner(template: str) -> str | None:
    for path in source.SRC.glob(f"kehra/**/templates/{template}"):
        parts = path.relative_to(source.SRC).parts
        return ".".join(parts[: parts.index("templates")])
    return None


def test_nothing_but_the_clock_reads_the_clock() -> None:
    clocks = {"now", "today", "utcnow", "localdate", "localtime"}
    found = {
        f"{source.name(path)}:{node.lineno}"
        for path in source.files()
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in clocks
        and ast.unparse(node.func.value).split(".")[-1] in {"datetime", "date", "timezone"}
    }
    assert found == {"kehra/kernel/time/clock.py:" + line for line in _clock_lines()}


def _clock_lines() -> list[str]:
    path = source.SRC / "kehra/kernel/time/clock.py"
    return [
        str(number)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if "datetime.now(" in line
    ]


def test_no_organisation_is_named_in_code() -> None:
    names = re.compile(r"Keski-Suomi|Keski-Suomen|Keski-Pohjanmaa|Soite\b|Jyväskylä|Saarijärvi")
    found = {
        source.name(path)
        for path in source.files()
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and names.search(node.value)
    }
    assert found == set()
