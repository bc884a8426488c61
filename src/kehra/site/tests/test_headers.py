"""What every page carries to the browser."""

import pytest
from django.conf import settings
from django.test import Client

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    f"connect-src 'self'; form-action 'self' {settings.OIDC_ISSUER}; frame-ancestors 'none'; base-uri 'none'"
)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("path", ["/help/", "/nothing-here/"])
def test_a_page_is_not_kept_and_runs_only_what_is_ours(client: Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["Cache-Control"] == "no-store, private"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]
