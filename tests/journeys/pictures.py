"""The README's pictures, taken of the real pages (`make pictures`)."""

from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from tests.house_rules.source import ROOT
from tests.journeys.county import running_county
from tests.journeys.visitor import Visitor, launch

PICTURES = (
    # file, who, page, width
    ("resident", "cast-marja", "/", 900),
    ("desk", "cast-liisa", "/desk/", 1200),
    ("log", "cast-eero", "/log/", 900),
    ("waits", "cast-mikko", "/waits/", 1200),
)


def main() -> None:
    """Writes docs/pictures/*.png."""
    folder = ROOT / "docs/pictures"
    folder.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="kehra-pictures-") as name, sync_playwright() as playwright:
        Path(name).chmod(0o755)  # Started by root, the database runs as another user.
        browser = launch(playwright)
        with running_county(Path(name)) as county:
            for file, who, path, width in PICTURES:
                context = browser.new_context(locale="fi-FI", viewport={"width": width, "height": 700})
                visitor = Visitor(context, county, looks=False)
                visitor.sign_in(who)
                visitor.open(path)
                visitor.page.screenshot(path=folder / f"{file}.png")
                context.close()
        browser.close()


if __name__ == "__main__":
    main()
