"""The only reader of the environment, for the commands that an operator starts by hand."""

import os

from eventkit.settings import ServiceSettings, read_settings


def from_environment() -> ServiceSettings:
    """Read the settings of the service; leaves with 2 when some are wrong."""
    return read_settings(os.environ, "national", ServiceSettings)
