"""Rubrics as data: components with weights, predicates with bands, each with its version.

Weights are Decimals and must sum exactly to the declared total (R-WEIGHT).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from eventkit.refusal import Fault, RefusedError
from monitoring.domain.reference import SKM_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A predicate and its lower bound."""

    predicate: str
    lower: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A part of a rubric and its weight."""

    code: str
    name: str
    weight: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightSet:
    """One version of a rubric; decimals are text, so that nothing is rounded on the way."""

    id: str
    regulation: str
    total: str
    components: tuple[Component, ...]
    bands: tuple[Band, ...]
    provisional: bool = False


def checked(weights: WeightSet) -> WeightSet:
    """Give the rubric back, or refuse it: repeated components, weights off the declared total."""
    codes = [each.code for each in weights.components]
    repeated = [
        Fault(f"/components/{index}/code", "component_repeated", (("component", code),))
        for index, code in enumerate(codes)
        if code in codes[:index]
    ]
    if repeated:
        raise RefusedError("INVALID", "weights_invalid", repeated)
    found = sum((Decimal(each.weight) for each in weights.components), Decimal())
    if found != Decimal(weights.total):
        raise RefusedError("INVALID", "weights_off_total", total=weights.total, sum=found)
    return weights


def predicate(bands: tuple[Band, ...], score: Decimal, *, is_closed: bool = False) -> str:
    """Name a rounded score: the best band whose lower bound it exceeds (or reaches, where bounds are closed)."""
    for each in sorted(bands, key=lambda band: Decimal(band.lower), reverse=True):
        lower = Decimal(each.lower)
        if score > lower or (is_closed and score == lower):
            return each.predicate
    return bands[-1].predicate


def _bands(**lowers: str) -> tuple[Band, ...]:
    return tuple(Band(predicate=name.replace("_", "-"), lower=lower) for name, lower in lowers.items())


def _components(*rows: tuple[str, str, str]) -> tuple[Component, ...]:
    return tuple(Component(code=code, name=name, weight=weight) for code, name, weight in rows)


_SAKIP_BANDS: Final = _bands(AA="90", A="80", BB="70", B="60", CC="50", C="30", D="0")
SERVICE_BANDS: Final = _bands(A="88.31", B="76.61", C="65.00", D="25.00")

RB_2020: Final = WeightSet(
    id="RB-2020",
    regulation="road map PermenPAN-RB 25/2020",
    total="100",
    components=_components(
        ("PEMENUHAN", "Pengungkit: pemenuhan", "20"),
        ("HASIL_ANTARA", "Pengungkit: hasil antara area perubahan", "10"),
        ("REFORM", "Pengungkit: reform", "30"),
        ("AKUNTABILITAS", "Hasil: akuntabilitas kinerja dan keuangan", "10"),
        ("PELAYANAN", "Hasil: pelayanan publik", "10"),
        ("BERSIH", "Hasil: bersih dan bebas KKN", "10"),
        ("KINERJA", "Hasil: kinerja organisasi", "10"),
    ),
    bands=_SAKIP_BANDS,
)
RB_2023: Final = WeightSet(
    id="RB-2023",
    regulation="PermenPAN-RB 9/2023, KepmenPAN-RB 739/2023",
    total="120",
    components=_components(
        ("A_RENCANA_AKSI", "General A: rencana aksi", "3"),
        ("A_IMPLEMENTASI", "General A: implementasi", "7"),
        ("B_HARD", "General B: hard element", "33"),
        ("B_SOFT", "General B: soft element", "7"),
        ("C_SASARAN", "General C: capaian sasaran strategis", "50"),
        ("T_STRATEGI", "Tematik: strategi", "5"),
        ("T_CAPAIAN", "Tematik: capaian", "15"),
    ),
    bands=_bands(AA="100", A="90", A_="80", BB="70", B="60", CC="50", C="30", D="0"),
    provisional=True,
)
SAKIP_2021: Final = WeightSet(
    id="SAKIP-2021",
    regulation="PermenPAN-RB 88/2021",
    total="100",
    components=_components(
        ("PERENCANAAN_1", "Perencanaan: pemenuhan", "6"),
        ("PERENCANAAN_2", "Perencanaan: kualitas", "9"),
        ("PERENCANAAN_3", "Perencanaan: pemanfaatan", "15"),
        ("PENGUKURAN_1", "Pengukuran: pemenuhan", "6"),
        ("PENGUKURAN_2", "Pengukuran: kualitas", "9"),
        ("PENGUKURAN_3", "Pengukuran: pemanfaatan", "15"),
        ("PELAPORAN_1", "Pelaporan: pemenuhan", "3"),
        ("PELAPORAN_2", "Pelaporan: kualitas", "4.5"),
        ("PELAPORAN_3", "Pelaporan: pemanfaatan", "7.5"),
        ("EVALUASI_1", "Evaluasi internal: pemenuhan", "5"),
        ("EVALUASI_2", "Evaluasi internal: kualitas", "7.5"),
        ("EVALUASI_3", "Evaluasi internal: pemanfaatan", "12.5"),
    ),
    bands=_SAKIP_BANDS,
)
WEIGHT_SETS: Final[Mapping[str, WeightSet]] = {each.id: checked(each) for each in (RB_2020, RB_2023, SAKIP_2021)}


@dataclass(frozen=True, slots=True)
class OfficialRubric:
    """How an issued score is read: its range and its bands."""

    lowest: Decimal
    highest: Decimal
    bands: tuple[Band, ...]
    is_closed: bool = False


OFFICIAL: Final[Mapping[tuple[str, str], OfficialRubric]] = {
    ("IKM", SKM_VERSION): OfficialRubric(Decimal(25), Decimal(100), SERVICE_BANDS, is_closed=True),
    ("RB", "RB-2020"): OfficialRubric(Decimal(0), Decimal(100), RB_2020.bands),
    ("RB", "RB-2023"): OfficialRubric(Decimal(0), Decimal(120), RB_2023.bands),
    ("SAKIP", "SAKIP-2021"): OfficialRubric(Decimal(0), Decimal(100), SAKIP_2021.bands),
}
