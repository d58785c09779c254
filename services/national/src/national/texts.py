"""What the service says when it refuses, in Bahasa Indonesia and in English."""

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "region_unknown": (
        "Kode wilayah {region} tidak ada dalam daftar Kemendagri.",
        "The region code {region} is not in the list of Kemendagri.",
    ),
    "rebuilding": (
        "Tampilan nasional sedang dibangun ulang; coba lagi sebentar lagi.",
        "The national view is being rebuilt; try again shortly.",
    ),
}
