"""Figures in pages are those of the result files, and a figure changed by hand is found."""

from tools import figures
from tools.catalogue import ROOT


def page(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def test_every_page_holds_the_figures_of_the_last_results() -> None:
    proof, speed = figures.read(figures.PROOF), figures.read(figures.SPEED)
    assert [name for name in figures.PAGES if figures.filled(page(name), proof, speed) != page(name)] == []


def test_every_block_stands_on_a_page() -> None:
    found = {block["name"] for name in figures.PAGES for block in figures.BLOCK.finditer(page(name))}
    assert found == set(figures.BLOCKS)


def test_a_figure_written_by_hand_is_found() -> None:
    proof, speed = figures.read(figures.PROOF), figures.read(figures.SPEED)
    name = figures.PAGES[1]
    forged = page(name).replace("sabotaged builds caught**", "sabotaged builds, all of them, caught**")
    assert forged != page(name)
    assert figures.filled(forged, proof, speed) == page(name)
