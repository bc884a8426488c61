"""The API of the house: every app's operations under /api/, described at /api/openapi.json."""

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError

from kehra.kernel.access.guard import public
from kehra.kernel.access.problems import problem
from kehra.serve.booking.api import api as booking
from kehra.serve.matters.api import api as matters
from kehra.serve.messages.api import api as messages
from kehra.serve.tasks.api import api as tasks

ROUTERS: tuple[Router, ...] = (matters, messages, booking, tasks)

PROBLEMS = {
    "400": "What was sent could not be read.",
    "401": "No access token, or one that is not valid.",
    "403": "The caller may see this but not do it, or not act in this role.",
    "404": "It does not exist, or not for the caller.",
    "409": "It has moved on meanwhile; `detail` says how.",
    "422": "Something that was sent has a wrong shape.",
    "503": "The database or the sign-in is away. Send the same again.",
}

api = NinjaAPI(
    title="Kehrä",
    version="1",
    description="What a signed-in person may do, for programs that act for them. See docs/api.md.",
    openapi_url=None,
    docs_url=None,  # Its page would need scripts from another host.
    openapi_extra={
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "security": [{"token": []}],
    },
)
for router in ROUTERS:
    api.add_router("", router)


@api.exception_handler(Http404)
def _pass_on(_request: HttpRequest, error: Http404) -> HttpResponse:
    """Answered outside the operation, like every refusal: its transaction must be rolled back."""
    raise error


@api.exception_handler(ValidationError)
def _wrong_shape(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """422: each place that is wrong and what is wrong with it; what was sent is not repeated."""
    _never_reached(request)
    wrong = [{"place": ".".join(map(str, each["loc"])), "what": each["msg"]} for each in error.errors]
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, _("Something that was sent has a wrong shape."), errors=wrong
    )


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """400: what was sent is no JSON."""
    _never_reached(request)
    return problem(HTTPStatus(error.status_code), _("The request could not be read."))


def _never_reached(request: HttpRequest) -> None:
    """No operation has begun, so none has asked its permission."""
    request.served_view = None  # type: ignore[attr-defined]


@public("describes the operations; shows nobody's data")
def description(request: HttpRequest) -> HttpResponse:
    """The OpenAPI description, for everybody."""
    return JsonResponse(described())


def described() -> dict[str, Any]:
    """What each operation answers, with what any of them answers when it cannot (RFC 9457)."""
    schema: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/")
    fields = {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "for the person, in the language of Accept-Language"},
        "errors": {"type": "array", "items": {"type": "object"}, "description": "each place that is wrong"},
    }
    schema["components"]["schemas"]["Problem"] = {
        "type": "object",
        "properties": fields,
        "required": ["title", "status", "detail"],
    }
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in schema["paths"].values():
        for operation in operations.values():
            operation["responses"] |= {
                status: {"description": words, "content": content} for status, words in PROBLEMS.items()
            }
    return schema


def urls() -> list[URLPattern]:
    """Each path once, with what each of its methods asks, for the guard."""
    by_path: dict[str, dict[str, Any]] = {
        path.lstrip("/").replace("{", "<").replace("}", ">"): {
            method: operation.view_func for operation in view.operations for method in operation.methods
        }
        for router in ROUTERS
        for path, view in router.path_operations.items()
    }
    found: dict[str, Any] = {str(pattern.pattern): pattern for pattern in api.urls[0]}
    for path, by_method in by_path.items():
        view = found[path].callback
        view.by_method = by_method
        view.asks = frozenset[str]().union(*(one.asks for one in by_method.values()))
    return [found[path] for path in by_path]
