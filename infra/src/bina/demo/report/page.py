"""Renders a report as one HTML page that needs nothing from outside: style and plots stand in the page."""

from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from bina.demo.report import texts
from bina.demo.report.charts import draw
from bina.demo.report.model import Figure, Report, Table, figures_of
from bina.demo.report.origins import origins_of
from bina.demo.report.wording import HIDDEN, write


def render_page(report: Report, lang: str) -> str:
    """Give the page as text, in one language first and the other beneath the headings."""
    environment = Environment(
        loader=PackageLoader("bina.demo.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("report.html.j2")
    expected = {check.key: check for check in report.checks}
    return page.render(
        report=report,
        lang=lang,
        other="en" if lang == "id" else "id",
        texts=texts,
        write=lambda cell: write(cell, lang),
        draw=lambda plot: draw(plot, lang),
        is_table=lambda block: isinstance(block, Table),
        is_figure=lambda cell: isinstance(cell, Figure),
        is_hidden=lambda cell: isinstance(cell, Figure) and cell.value == HIDDEN,
        check_of=lambda cell: expected.get(cell.key),
        origins=lambda section: origins_of(figures_of(section)),
    )


def write_page(path: Path, report: Report, lang: str) -> None:
    """Write the page; an older one of that name is replaced whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(render_page(report, lang), encoding="utf-8")
    draft.replace(path)
