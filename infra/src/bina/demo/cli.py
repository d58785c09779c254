"""`bina demo` and `bina report`: run the source programmes through the platform, and show what it then knows."""

import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, cast

import click

from bina import layout as layouts
from bina.commands.output import console, json_option, write_json
from bina.demo.drive.access import Places
from bina.demo.drive.errors import DriveError
from bina.demo.drive.progress import open_board
from bina.demo.drive.run import Choice, Outcome, Run, chosen
from bina.demo.example.loading import ExamplesError, load_examples
from bina.demo.example.model import Examples
from bina.demo.example.roster import Scale, rosters_of
from bina.demo.report.checking import check_figures
from bina.demo.report.doors import doors_of
from bina.demo.report.gather import gather
from bina.demo.report.model import Report
from bina.demo.report.page import write_page
from bina.demo.report.plain import to_plain
from bina.demo.report.reading import Reader
from bina.demo.report.terminal import print_report
from bina.errors import ConfigurationError, NotRunningError, OperatorError
from bina.launcher.control import Platform
from bina.stack import ISSUER, Stack

FAILED: Final = 1
_CLIENT: Final = "bina"
_MEMORY: Final = "demo.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How the report is to be shown."""

    html: Path | None
    lang: str
    as_json: bool


@click.command(
    epilog="""\b
Examples:
  bina demo                          the source programmes, whole
  bina demo --roster-scale small     with few people, for a quick look
  bina demo --with-first-wave        with the first wave of NTT too
  bina demo --json > report.json     for programs

Exit status: 0 every figure agrees with the examples, 1 one differs or a request failed, 2 the examples are wrong.
"""
)
@click.option("--examples", type=click.Path(path_type=Path, file_okay=False), help="Folder of the example files.")
@click.option("--roster-scale", type=click.Choice(["full", "small"]), default="full", show_default=True)
@click.option("--with-first-wave", is_flag=True, help="Run the first wave of NTT too.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Where to write the page.")
@click.option("--lang", type=click.Choice(["id", "en"]), default="id", show_default=True, help="Language first shown.")
@json_option
def demo(  # noqa: PLR0913 - one parameter per option
    examples: Path | None, roster_scale: str, html: Path | None, lang: str, *, with_first_wave: bool, as_json: bool
) -> int:
    """Run the source programmes through the public routes and report; safe to repeat."""
    platform = _running()
    choice = Choice(scale=cast("Scale", roster_scale), with_first_wave=with_first_wave)
    data = _load(examples or platform.layout.root / "examples" / "programmes")
    stack = platform.stack()
    began = time.monotonic()
    try:
        with open_board() as board:
            outcome = Run(data, choice, places_of(stack)).go(board)
    except DriveError as error:
        raise OperatorError(str(error), fix="bina status; bina logs; then bina demo again, which goes on") from error
    _remember(platform, choice)
    sys.stderr.write(_tell(outcome, time.monotonic() - began))
    return _report(platform, data, choice, Shown(html=html, lang=lang, as_json=as_json))


@click.command()
@click.option("--examples", type=click.Path(path_type=Path, file_okay=False), help="Folder of the example files.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Where to write the page.")
@click.option("--lang", type=click.Choice(["id", "en"]), default="id", show_default=True, help="Language first shown.")
@json_option
def report(examples: Path | None, html: Path | None, lang: str, *, as_json: bool) -> int:
    """Show again what the platform knows of the programmes of the last demo."""
    platform = _running()
    data = _load(examples or platform.layout.root / "examples" / "programmes")
    return _report(platform, data, _recall(platform), Shown(html=html, lang=lang, as_json=as_json))


def places_of(stack: Stack) -> Places:
    """Tell the driver where everything answers."""
    return Places(
        services={service.name: stack.url(service.name) for service in stack.services},
        issuer=stack.url(ISSUER),
        client=_CLIENT,
        secret=stack.credentials.password("issuer.client"),
    )


def _running() -> Platform:
    platform = Platform(layouts.find())
    if not platform.is_running():
        raise NotRunningError("the platform is not running", fix="bina up")
    return platform


def _load(folder: Path) -> Examples:
    try:
        return load_examples(folder)
    except ExamplesError as error:
        text = f"{len(error.faults)} faults in {folder}:\n{error}"
        raise ConfigurationError(text, fix="correct the lines named above") from error


def _report(platform: Platform, data: Examples, choice: Choice, shown: Shown) -> int:
    stack = platform.stack()
    wanted = chosen(data, choice)
    try:
        made = gather(wanted, rosters_of(data, choice.scale), Reader(places_of(stack)), choice.scale)
    except DriveError as error:
        raise OperatorError(str(error), fix="bina status; bina logs") from error
    finished = made.finished(check_figures(made.figures(), wanted.expected_of(choice.scale)), doors_of(stack))
    page = shown.html or platform.layout.home / "report.html"
    write_page(page, finished, shown.lang)
    _show(finished, page, shown)
    return 0 if finished.agrees else FAILED


def _show(made: Report, page: Path, shown: Shown) -> None:
    if shown.as_json:
        write_json({**to_plain(made), "page": str(page)})
        return
    print_report(console(), made, shown.lang)
    console().print(f"HTML: {page}", soft_wrap=True)


def _tell(outcome: Outcome, seconds: float) -> str:
    tally = outcome.tally
    lines = [f"{tally.new} writes were new and {tally.known} already there, in {seconds:.1f} s"]
    if outcome.already_there:
        lines.append(f"already there from an earlier run: {', '.join(outcome.already_there)}")
    if tally.retries:
        lines.append(f"{tally.retries} requests were sent again because a service was away")
    return "".join(f"{line}\n" for line in lines)


def _remember(platform: Platform, choice: Choice) -> None:
    (platform.layout.home / _MEMORY).write_text(json.dumps(asdict(choice)), encoding="utf-8")


def _recall(platform: Platform) -> Choice:
    try:
        found = json.loads((platform.layout.home / _MEMORY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Choice()
    return Choice(scale=found["scale"], with_first_wave=found["with_first_wave"])
