"""Builds that are not sabotaged but in trouble: an old release, a slow or failing handler. The suite must survive them.

Each replaces one exact piece of source text, as a sabotage does; `BINA_DISTURBED` says whom it is about.
"""

from typing import Final

from prove.sabotages import Sabotage

_FOLD: Final = "        after = handler.fold(known.state, event, envelope)\n"
_ABOUT: Final = "__import__('os').environ['BINA_DISTURBED']"


def _in_fold(name: str, statement: str) -> Sabotage:
    return Sabotage(name=name, module="eventkit.gate", old=_FOLD, new=f"        {statement}\n{_FOLD}", caught_by=())


DISTURBANCES: Final = (
    # The fold of one aggregate raises, as a defect of this release would.
    _in_fold("fold-fails", f"if envelope.key == {_ABOUT}: raise KeyError('unheard')"),
    # Each fold of one service takes about a hundred times as long as usual.
    _in_fold("fold-slow", f"{_ABOUT} in __import__('sys').orig_argv and __import__('time').sleep(0.1)"),
    # One fold blocks once, as long as the file says that marks it.
    _in_fold(
        "fold-blocks",
        f"(lambda path: path.exists() and __import__('time').sleep((float(path.read_text()), path.unlink())[0]))"
        f"(__import__('pathlib').Path({_ABOUT}))",
    ),
    # A release that is one major version behind in one type.
    Sabotage(
        name="reader-of-old-version",
        module="national.consumers.register",
        old='    f"{_PREFIX}.unit.changed.v1": Handler(',
        new='    f"{_PREFIX}.unit.changed.v0": Handler(',
        caught_by=(),
    ),
    # A release that cannot decode the records of one tenant.
    Sabotage(
        name="decoder-of-old-release",
        module="eventkit.envelope",
        old="    if value is None or len(value) > MAX_EVENT_BYTES:\n",
        new=f"    if (key or b'').startswith({_ABOUT}.encode()): raise UndecodableError('OLD_RELEASE')\n"
        "    if value is None or len(value) > MAX_EVENT_BYTES:\n",
        caught_by=(),
    ),
)


def named(name: str) -> Sabotage | None:
    """Find a disturbance."""
    return next((each for each in DISTURBANCES if each.name == name), None)
