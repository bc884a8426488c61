"""The parts that pages are made of, as /gallery/ shows them."""

import pytest
from django import forms
from django.template import engines
from django.test import Client


class Question(forms.Form):
    """One field of the kinds whose drawing needs thought."""

    born = forms.DateField(label="Born", widget=forms.SelectDateWidget)
    hurry = forms.ChoiceField(label="Hurry", choices=[("yes", "Yes"), ("no", "No")], widget=forms.RadioSelect)
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"maxlength": 200}))
    unit = forms.ChoiceField(label="Unit", choices=[("", "Choose"), ("3", "Third")])


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(("language", "title"), [("fi", "galleria"), ("sv", "Galleri"), ("en", "Gallery")])
def test_the_gallery_shows_every_part_in_every_language(client: Client, language: str, title: str) -> None:
    text = client.get("/gallery/", headers={"accept-language": language}).content.decode()
    assert f'<html lang="{language}"' in text
    assert title in text


def test_what_was_typed_wrong_stays_in_the_field() -> None:
    typed = {
        "born_day": "x",
        "born_year": "2026",
        "note": "<b>",
        "hurry": "no",
        "unit": "3",
    }
    drawn = _draw("{% for bound in form %}{{ ui.field(bound) }}{% endfor %}", Question(typed))
    assert 'name="born_day" type="text" value="x"' in drawn
    assert "&lt;b&gt;</textarea>" in drawn
    assert 'value="no" checked' in drawn
    assert '<option value="3" selected' in drawn


def test_an_error_is_at_the_field_and_linked_from_the_top() -> None:
    form = Question({})
    drawn = _draw("{{ ui.errors(form) }}{{ ui.field(form['hurry']) }}{{ ui.field(form['born']) }}", form)
    for target in ("id_hurry", "id_born-day"):
        assert f'href="#{target}"' in drawn
        assert f'id="{target}"' in drawn
    assert "Hurry: Tähän tarvitaan vastaus." in drawn
    assert "govuk-error-message" in drawn


def test_a_form_without_errors_has_no_summary() -> None:
    assert _draw("{{ ui.errors(form) }}", Question()) == ""


def test_a_field_that_may_stay_empty_says_so() -> None:
    drawn = _draw("{{ ui.field(form['note']) }}", Question())
    assert "Note (vapaaehtoinen)" in drawn


def test_a_long_text_is_counted_and_never_cut_off_by_the_browser() -> None:
    drawn = _draw("{{ ui.field(form['note']) }}", Question())
    assert 'data-maxlength="200"' in drawn
    assert ' maxlength="200"' not in drawn
    assert "Enintään 200 merkkiä" in drawn


def test_a_promise_has_a_word_and_a_shape() -> None:
    drawn = _draw("{{ ui.promise('broken', '3 päivää myöhässä') }}", None)
    assert "Lupaus ylittynyt" in drawn
    assert "3 päivää myöhässä" in drawn
    assert "<svg" in drawn


def test_an_unknown_part_is_an_error_that_says_where_to_look() -> None:
    with pytest.raises(AttributeError, match="/gallery/"):
        engines["pages"].env.globals["ui"].sparkle  # noqa: B018


def _draw(text: str, form: forms.Form | None) -> str:
    return engines["pages"].from_string(text).render({"form": form}).strip()
