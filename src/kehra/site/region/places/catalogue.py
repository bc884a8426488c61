"""Code systems, services, who offers them where, and the everyday needs of the first page."""

from dataclasses import dataclass, field

from kehra.kernel.catalogue.models import EverydayNeed, Offering, Service
from kehra.kernel.codes.models import Code, CodeSystem
from kehra.kernel.organisations.models import Municipality, Sector, Unit
from kehra.site.region.facts import Facts
from kehra.site.region.places.structure import Places

CLASSES = "http://uri.suomi.fi/codelist/ptv/ptvserclass2"


@dataclass
class Catalogue:
    """Services by county and code; the unit to which new matters go, by county, service and municipality."""

    services: dict[tuple[str, str], Service] = field(default_factory=dict)
    intake: dict[tuple[str, str, str], Unit] = field(default_factory=dict)


def make_codes(facts: Facts) -> dict[str, dict[str, Code]]:
    """Writes the code systems (another county may have done so) and gives the codes by system."""
    systems = {
        row.text("uri"): CodeSystem(uri=row.text("uri"), names=row.texts("name"), source=row.text("source"))
        for row in facts.rows("catalogue/code_systems.csv", "uri name_* source", key="uri")
    }
    CodeSystem.objects.bulk_create(systems.values(), ignore_conflicts=True)
    columns = "system code name_* parent valid_from certainty source"
    rows = facts.rows("catalogue/codes.csv", columns, key="system code")
    Code.objects.bulk_create(
        (
            Code(
                system_id=row.code("system", systems),
                code=row.text("code"),
                names=row.texts("name"),
                valid_from=row.day("valid_from"),
                certainty=row.code("certainty", ("verified", "unverified")),
                source=row.text("source"),
            )
            for row in rows
        ),
        ignore_conflicts=True,
    )
    codes: dict[str, dict[str, Code]] = {uri: {} for uri in systems}
    for code in Code.objects.filter(system__in=list(systems)):
        codes[code.system_id][code.code] = code
    children = []
    for row in rows:
        code = codes[row.text("system")][row.text("code")]
        code.parent = row.reference_or_none("parent", codes[row.text("system")], to="codes.csv")
        children.append(code)
    Code.objects.bulk_update(children, ["parent"])
    return codes


def make_catalogue(facts: Facts, places: Places, codes: dict[str, dict[str, Code]]) -> Catalogue:
    """Writes services, offerings and everyday needs of the counties in `places`."""
    catalogue = Catalogue()
    _services(facts, places, codes, catalogue)
    _offerings(facts, places, catalogue)
    _needs(facts, places, catalogue)
    return catalogue


def _services(facts: Facts, places: Places, codes: dict[str, dict[str, Code]], catalogue: Catalogue) -> None:
    columns = "code sector limit_group classes name_* summary_* words_* valid_from source"
    rows = facts.rows("catalogue/services.csv", columns, key="code")
    links = []
    for county in places.counties.values():
        for row in rows:
            texts = [row.texts(prefix) for prefix in ("name", "summary", "words")]
            read = {f"search_{code}": " ".join(text[code] for text in texts) for code in texts[0]}
            catalogue.services[county.code, row.text("code")] = Service(
                county=county,
                code=row.text("code"),
                names=row.texts("name"),
                summaries=row.texts("summary"),
                sector=row.code("sector", Sector.values),
                limit_group=row.optional("limit_group"),
                valid_from=row.day("valid_from"),
                **read,
            )
    Service.objects.bulk_create(catalogue.services.values())
    for row in rows:
        classes = row.references("classes", codes[CLASSES], to="codes.csv")
        links += [
            Service.classes.through(service=catalogue.services[county, row.text("code")], code=code)
            for county in places.counties
            for code in classes
        ]
    Service.classes.through.objects.bulk_create(links)


def _offerings(facts: Facts, places: Places, catalogue: Catalogue) -> None:
    columns = "county service unit site intake bookable municipalities valid_from source"
    made: list[Offering] = []
    areas: list[list[Municipality]] = []
    for row in facts.rows("catalogue/offerings.csv", columns, key="county service unit"):
        county = row.text("county")
        if county not in places.counties:
            continue
        services = {code: service for (of, code), service in catalogue.services.items() if of == county}
        unit = row.reference("unit", places.units, to="units.csv")
        service = row.reference("service", services, to="services.csv")
        areas.append(row.references("municipalities", places.municipalities, to="municipalities.csv"))
        made.append(
            Offering(
                county=places.counties[county],
                service=service,
                unit=unit,
                site=row.reference_or_none("site", places.sites, to="sites.csv"),
                intake=row.flag("intake"),
                bookable=row.flag("bookable"),
                valid_from=row.day("valid_from"),
            )
        )
        for area in areas[-1] if row.flag("intake") else ():
            if (county, service.code, area.code) in catalogue.intake:
                raise row.wrong(f"{service.code} of {area.code} has an intake unit already. Say no to one.")
            catalogue.intake[county, service.code, area.code] = unit
    Offering.objects.bulk_create(made)
    Offering.municipalities.through.objects.bulk_create(
        Offering.municipalities.through(offering=offering, municipality=area)
        for offering, area_list in zip(made, areas, strict=True)
        for area in area_list
    )


def _needs(facts: Facts, places: Places, catalogue: Catalogue) -> None:
    rows = facts.rows("catalogue/everyday_needs.csv", "order service name_* source", key="order")
    EverydayNeed.objects.bulk_create(
        EverydayNeed(
            county=county,
            order=row.number("order"),
            names=row.texts("name"),
            service=row.reference(
                "service",
                {code: service for (of, code), service in catalogue.services.items() if of == county.code},
                to="services.csv",
            ),
        )
        for county in places.counties.values()
        for row in rows
    )
