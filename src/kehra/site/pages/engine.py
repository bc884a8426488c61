"""How a page is made: the one template engine, and what every template may use.

A view renders a page by its name, `render(request, "matters/matter.html", {...})`, or one block of it,
`render(request, "matters/matter.html#timeline", {...})`, which HTMX puts into the page that is open. Both
get the same request, CSRF token and shell, so that a form works the same in a part as in the page.

Templates need no imports (a block drawn alone would not see them):

    ui        our components, `ui.field(form["name"])`; all are shown on /gallery/
    govuk     the macros below them, `govuk.date_input({...})`; never give user text to their `html`
    url, static, the filters of `filters.py`, and _("…") or {% trans %} for texts
"""

from collections.abc import Callable
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.template import TemplateDoesNotExist
from django.template.backends.jinja2 import Jinja2, Template
from django.templatetags.static import static
from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language, gettext, ngettext, npgettext, pgettext
from jinja2 import Environment, FileSystemLoader, PackageLoader, PrefixLoader, StrictUndefined, Undefined
from jinja2_fragments import BlockNotFoundError, render_block

from kehra.site.pages import filters, form_parts

COMPONENTS = ("forms", "status", "data", "words")
# Components of which a long list draws the same few again and again; what they are given names nobody.
SAME = ("promise", "urgency")


class Pages(Jinja2):
    """Django's template backend that also knows `page.html#block`."""

    def get_template(self, template_name: str) -> Template:
        """The page, or one block of it; raises TemplateDoesNotExist for an unknown page or block."""
        page_name, _, block_name = template_name.partition("#")
        page = super().get_template(page_name)
        if not block_name:
            return page
        if block_name not in page.template.blocks:
            raise TemplateDoesNotExist(template_name, backend=self)
        return Template(Block(self.env, page.template, block_name), self)  # type: ignore[arg-type]


class Block:
    """One block of a page; stands where Django's backend expects a Jinja2 template."""

    def __init__(self, env: Environment, page: Any, block_name: str) -> None:
        self.env, self.page, self.block_name = env, page, block_name
        self.name, self.filename = f"{page.name}#{block_name}", page.filename

    def render(self, context: dict[str, Any]) -> str:
        """The block's HTML."""
        try:
            return render_block(self.env, self.page.name, self.block_name, context)
        except BlockNotFoundError as missing:
            raise TemplateDoesNotExist(self.name) from missing


def environment(**options: Any) -> Environment:
    """The engine of all our templates: escapes everything, and an unknown name is an error."""
    options |= {"undefined": StrictUndefined, "loader": FileSystemLoader(_template_folders())}
    env = Environment(**options)  # noqa: S701 (Django sets autoescape)
    _speak(env)
    env.globals |= {
        "url": _url,
        "static": static,
        "language": get_language,
        "ui": Components(env),
        "govuk": GovukMacros(),
    }
    env.filters |= filters.ALL | form_parts.ALL
    return env


class Components:
    """The macros of `templates/components/`, each by its name."""

    def __init__(self, env: Environment) -> None:
        self._env = env

    @cached_property
    def _macros(self) -> dict[str, Any]:
        modules = [self._env.get_template(f"components/{name}.html").module for name in COMPONENTS]
        macros = {name: macro for module in modules for name, macro in vars(module).items() if name[0] != "_"}
        return macros | {name: _drawn_once(macros[name]) for name in SAME}

    def __getattr__(self, name: str) -> Any:
        try:
            return self._macros[name]
        except KeyError:
            raise AttributeError(f"No component is called {name}; /gallery/ shows them all.") from None


class GovukMacros:
    """The macros of govuk-frontend-jinja: `govuk.date_input` is its `govukDateInput`.

    They read parameters that were not given, so they live in an engine of their own that allows it.
    """

    def __init__(self) -> None:
        loader = {"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}
        self._env = Environment(autoescape=True, undefined=Undefined, loader=PrefixLoader(loader))
        _speak(self._env)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        folder = name.replace("_", "-")
        module = self._env.get_template(f"govuk_frontend_jinja/components/{folder}/macro.html").module
        return getattr(module, "govuk" + name.title().replace("_", ""))


def _speak(env: Environment) -> None:
    """Bind the engine to Django's translations; line breaks in {% trans %} count as one space."""
    env.add_extension("jinja2.ext.i18n")
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )


def _template_folders() -> list[Path]:
    """Only our own apps: a page of a library must not appear by accident."""
    ours = [Path(app.path) / "templates" for app in apps.get_app_configs() if app.name.startswith("kehra.")]
    return [folder for folder in ours if folder.is_dir()]


def _drawn_once(macro: Callable[..., Any]) -> Callable[..., Any]:
    """The macro, drawn once for the same words in the same language."""

    @lru_cache(maxsize=1024)
    def draw(_language: str | None, *args: Any) -> Any:
        return macro(*args)

    return lambda *args: draw(get_language(), *args)


def _url(name: str, *args: Any, **kwargs: Any) -> str:
    """The path of a named page: `url("matters:matter", matter.id)`."""
    if kwargs or not all(type(arg) is int for arg in args):
        return reverse(name, args=args, kwargs=kwargs)
    return _pieces(name, len(args), get_script_prefix()).format(*args)


@cache
def _pieces(name: str, numbers: int, _prefix: str) -> str:
    """The path of a page with places for its numbers: `reverse` takes longer than drawing the link."""
    held = [_PLACE + number for number in range(numbers)]
    path = reverse(name, args=held).replace("{", "{{").replace("}", "}}")
    for number, place in enumerate(held):
        path = path.replace(str(place), f"{{{number}}}")
    return path


_PLACE = 909_808_707_606_505_000  # no number that stands in a path by itself
