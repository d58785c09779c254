"""One JSON line per event, from our code and from libraries alike; personal numbers and tokens never reach it."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Final, TextIO

import structlog
from gunicorn.glogging import Logger as GunicornLogger

_BIRTH: Final = r"(?:0[1-9]|[12]\d|3[01]|4[1-9]|[56]\d|7[01])(?:0[1-9]|1[0-2])\d\d"  # a woman's day carries 40 more
_NIK: Final = rf"[1-9]\d{{5}}[ .-]?{_BIRTH}[ .-]?\d{{4}}"
_DATE: Final = r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_NIP: Final = rf"{_DATE}[ .-]?(?:19|20)\d\d(?:0[1-9]|1[0-2]|2[1-9])[ .-]?[12][ .-]?\d{{3}}"
_NUMBER: Final = re.compile(rf"(?<!\d)(?:{_NIP}|{_NIK})(?!\d)", re.ASCII)
_TOKEN: Final = re.compile(r"(?i:bearer\s+)[\w.~+/=-]+|eyJ[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)
_LOGIN: Final = re.compile(r"(?<=://)[^\s/:@]+:[^\s/@]+(?=@)")
MASK: Final = "[masked]"


def configure(service: str, process: str, level: str, stream: TextIO | None = None) -> None:
    """Send everything that is logged in this process to one stream, as JSON."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _Origin(service, process),
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                mask,
                structlog.processors.JSONRenderer(sort_keys=True, ensure_ascii=True, default=str),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("kafka", "pymongo", "werkzeug", "urllib3"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(capture=True)


def mask(_logger: object, _method: str, line: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Hide what looks like a personal number, a token or a login, wherever it stands."""
    return {key: _masked(value) for key, value in line.items()}


def masked(text: str) -> str:
    """Give the text without personal numbers, tokens and logins."""
    return _LOGIN.sub(MASK, _TOKEN.sub(MASK, _NUMBER.sub(MASK, text)))


def _masked(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, Mapping):
        return {masked(str(key)): _masked(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_masked(each) for each in value]
    text = masked(str(value))
    # Numbers stay numbers unless they look like somebody's.
    return value if isinstance(value, (int, float)) and text == str(value) else text


class _Origin:
    def __init__(self, service: str, process: str) -> None:
        self._fields = {"service": service, "process": process}

    def __call__(self, _logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        line.update(self._fields)
        return line


class PlainGunicornLogger(GunicornLogger):
    """Lets gunicorn's lines pass to the root logger instead of formatting them itself."""

    def setup(self, cfg: Any) -> None:
        """Take gunicorn's own handlers away."""
        self.cfg = cfg
        for logger in (self.error_log, self.access_log):
            logger.handlers.clear()
            logger.propagate = True
        self.access_log.disabled = True  # requests are logged by the app, without query and body
