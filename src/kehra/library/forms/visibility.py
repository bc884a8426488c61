"""Which items are shown on given answers (FHIR R4 `enableWhen`)."""

from kehra.library.forms.values import Answer, Answers, Condition, Form, Item, Operator


def visible_items(form: Form, answers: Answers) -> list[Item]:
    """The items that are shown, in the order of the page. A hidden item counts as not answered, and what
    lies in a hidden group is hidden too. Conditions look only upwards, so one pass decides them all."""
    shown: list[Item] = []
    _show(form.items, answers, {}, shown)
    return shown


def _show(
    items: tuple[Item, ...], answers: Answers, seen: dict[str, tuple[Answer, ...]], shown: list[Item]
) -> None:
    for item in items:
        if _enabled(item, seen):
            shown.append(item)
            seen[item.link_id] = answers.get(item.link_id, ())
            _show(item.items, answers, seen, shown)


def _enabled(item: Item, seen: Answers) -> bool:
    held = (_holds(condition, seen.get(condition.link_id, ())) for condition in item.conditions)
    if not item.conditions:
        return True
    return all(held) if item.all_conditions else any(held)


def _holds(condition: Condition, given: tuple[Answer, ...]) -> bool:
    """By FHIR's words: a comparison holds if some answer fulfils it; `!=` if no answer is equal."""
    if condition.operator is Operator.EXISTS:
        return bool(given) is condition.answer
    if condition.operator is Operator.NOT_EQUAL:
        return condition.answer not in given
    return any(_compares(each, condition.operator, condition.answer) for each in given)


def _compares(given: Answer, operator: Operator, wanted: Answer) -> bool:
    if operator is Operator.EQUAL:
        return given == wanted
    if operator in (Operator.AT_LEAST, Operator.AT_MOST) and given == wanted:
        return True
    if operator in (Operator.MORE, Operator.AT_LEAST):
        return given > wanted  # type: ignore[operator]
    return given < wanted  # type: ignore[operator]
