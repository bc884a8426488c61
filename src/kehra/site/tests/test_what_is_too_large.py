"""A request larger than its page can take is refused before it is read."""

import pytest
from django.test import Client

from kehra.kernel.accounts.tests.cast import Cast, signed_in
from kehra.serve.matters.tests.situations import make_matter

MIB = 1024 * 1024
FORM = "multipart/form-data; boundary=x"

pytestmark = pytest.mark.usefixtures("set_time")


@pytest.mark.parametrize("path", ["/language/", "/sign-in/", "/nothing-here/"])
def test_a_page_without_files_takes_no_more_than_text(client: Client, path: str) -> None:
    response = client.post(path, b"x" * (MIB + 1), content_type=FORM)
    assert response.status_code == 413
    assert "Lähetys on liian suuri" in response.text
    swedish = client.post(path, b"x" * (MIB + 1), content_type=FORM, headers={"accept-language": "sv"})
    assert "Det som skickades är för stort" in swedish.text


def test_a_message_takes_its_files_and_no_more(cast: Cast, client: Client) -> None:
    path = f"/matters/{make_matter(cast).pk}/messages/"
    eero = signed_in(client, cast, "eero")
    assert eero.post(path, b"x" * 2 * MIB, content_type=FORM).status_code == 400  # it is read, and is no form
    assert eero.post(path, b"x" * (26 * MIB + 1), content_type=FORM).status_code == 413
