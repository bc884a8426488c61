"""What went wrong, told to a program (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, JsonResponse


def problem(status: HTTPStatus, detail: str, **more: Any) -> HttpResponse:
    """`detail` is for the person behind the program, in their language."""
    answer = {"title": status.phrase, "status": status.value, "detail": detail, **more}
    response = JsonResponse(answer, status=status, content_type="application/problem+json")
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
