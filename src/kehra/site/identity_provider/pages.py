"""The provider's own pages, in Finnish, Swedish and English."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from babel.messages.pofile import read_po
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kehra.site.identity_provider.cast import GROUPS, LANGUAGES, Cast
from kehra.site.identity_provider.flow import Parameters

HERE = Path(__file__).parent
STYLESHEET = (HERE / "style.css").read_bytes()

_environment = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


def language(asked: Parameters, accepted: str) -> str:
    """The first language that we speak: `lang`, then `ui_locales`, then the browser's; else Finnish."""
    browser = [part.split(";")[0] for part in accepted.split(",")]
    for wish in [asked.get("lang", ""), *asked.get("ui_locales", "").split(), *browser]:
        code = wish.strip().lower().split("-")[0]
        if code in LANGUAGES:
            return code
    return "fi"


def choose(cast: Cast, asked: Parameters, lang: str) -> str:
    """The page that lists the cast; `asked` travels along as hidden fields."""
    groups = [(group, [one for one in cast.values() if one.group == group]) for group in GROUPS]
    kept = {name: value for name, value in asked.items() if name not in {"lang", "sub", "cancel"}}
    return _page("choose.html", lang, groups=groups, kept=kept, links=_links("/authorize", kept))


def refused(reason: str, lang: str) -> str:
    """Why nothing can be done here, and what to do instead."""
    return _page("refused.html", lang, reason=reason, links={})


def signed_out(lang: str) -> str:
    """Told when the client gave no address to go back to."""
    return _page("signed_out.html", lang, links=_links("/end-session", {}))


def _page(template: str, lang: str, **values: object) -> str:
    return _environment.get_template(template).render(lang=lang, _=_TRANSLATE[lang], **values)


def _links(path: str, kept: Parameters) -> dict[str, str]:
    return {code: f"{path}?{urlencode(kept | {'lang': code})}" for code in LANGUAGES}


def _translator(lang: str) -> Callable[[str], str]:
    """Reads the catalogue as it is written: this process must not depend on a compiled one."""
    with (HERE / "locale" / lang / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalogue = read_po(file)
    texts = {str(message.id): str(message.string) for message in catalogue if message.id and message.string}
    return lambda text: texts.get(text, text)


_TRANSLATE: dict[str, Callable[[str], str]] = {
    "fi": _translator("fi"),
    "sv": _translator("sv"),
    "en": lambda text: text,
}
