"""Takes fields out of a FHIR JSON object one by one, so that what nobody took can be refused by name."""

from collections.abc import Collection
from typing import Any

from kehra.library.forms.values import FormError, Problem

TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"


class Problems:
    """Collects everything wrong with a file while it is read."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, place: str, fault: str, remedy: str) -> None:
        self.found.append(Problem(place, fault, remedy))

    def stop_if_any(self) -> None:
        if self.found:
            raise FormError(self.found)


class Fields:
    """The fields of one object of the file; `place` names it in problems."""

    def __init__(self, fields: object, place: str, problems: Problems) -> None:
        self.place = place
        self.problems = problems
        if not isinstance(fields, dict):
            problems.add(place, "it is not an object", "Write it as { … }.")
        self.rest: dict[str, Any] = dict(fields) if isinstance(fields, dict) else {}

    def take(self, name: str) -> Any:
        """The field as it is, or None."""
        return self.rest.pop(name, None)

    def typed(self, name: str, wanted: type, kind: str) -> Any:
        """The field if it is of the type, or None; another type is a problem."""
        value = self.take(name)
        if value is None or (isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool))):
            return value
        self.problems.add(self.place, f"{name} is not {kind}", f"Write {kind}.")
        return None

    def text(self, name: str) -> str:
        """A text, or an empty one."""
        return str(self.typed(name, str, "a text") or "").strip()

    def truth(self, name: str) -> bool:
        """A truth value; false when absent."""
        return bool(self.typed(name, bool, "true or false"))

    def whole(self, name: str) -> int | None:
        """A whole number, or None."""
        value: int | None = self.typed(name, int, "a whole number")
        return value

    def many(self, name: str) -> list[Any]:
        """A list; empty when absent."""
        value: list[Any] | None = self.typed(name, list, "a list")
        return value or []

    def texts(self, name: str, language: str) -> dict[str, str]:
        """A text in its own language and in those of its translation extensions."""
        own = self.text(name)
        texts = {language: own} if own else {}
        beside = self.take(f"_{name}")
        if beside is None:
            return texts
        beside = Fields(beside, f"{self.place}, _{name}", self.problems)
        for extension in beside.many("extension"):
            texts |= self._translation(extension)
        beside.refuse_rest()
        return texts

    def _translation(self, extension: object) -> dict[str, str]:
        outer = Fields(extension, self.place, self.problems)
        url = outer.text("url")
        if url != TRANSLATION:
            self.problems.add(self.place, f"the extension {url} is not supported", "Remove it.")
            return {}
        parts = [Fields(part, self.place, self.problems) for part in outer.many("extension")]
        given = {part.text("url"): part.text("valueCode") or part.text("valueString") for part in parts}
        if not (given.get("lang") and given.get("content")):
            self.problems.add(
                self.place, "a translation lacks lang or content", "Give it both, or remove it."
            )
            return {}
        return {given["lang"]: given["content"]}

    def ignore(self, names: Collection[str]) -> None:
        """Lets these fields stand without taking them."""
        self.rest = {name: value for name, value in self.rest.items() if name not in names}

    def refuse_rest(self) -> None:
        """Every field that nobody took is a problem."""
        for name in self.rest:
            self.problems.add(
                self.place, f"“{name}” is not supported", "Remove it; the form would not obey it."
            )
