from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse

from kehra.kernel.time import clock


def test_now_is_aware_and_in_utc() -> None:
    assert clock.now().tzinfo is UTC


def test_a_request_lives_in_one_moment() -> None:
    seen: list[datetime] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.extend([request.now, request.now])  # type: ignore[attr-defined]
        return HttpResponse()

    clock.stamp_request(view)(HttpRequest())

    assert seen[0] == seen[1]
    assert clock.now() - seen[0] < timedelta(seconds=10)
