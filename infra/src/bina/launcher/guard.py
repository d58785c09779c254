"""A small parent above the supervisor: if that is killed, it ends everything that the supervisor left behind."""

import ctypes
import os
import signal
from collections.abc import Callable

import psutil

from bina.process import end_all, end_with_parent, identify

_PR_SET_CHILD_SUBREAPER = 36
_PATIENCE_S = 15.0


def guarded(work: Callable[[], int]) -> int:
    """Run `work` in a child; give its exit status, after nothing of what it started is left.

    Orphans of the child come to this process instead of to init, so that it can find, end and reap all of them.
    """
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        end_with_parent(parent)
        os._exit(work())
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: _forward(child))
    status = _reap_until(child)
    while orphans := psutil.Process().children():  # ending one may bring its own children here
        end_all([identify(orphan.pid) for orphan in orphans], patience=_PATIENCE_S)
        _reap_ended()
    return status


def _forward(child: int) -> None:
    try:
        os.kill(child, signal.SIGTERM)
    except ProcessLookupError:
        return


def _reap_until(child: int) -> int:
    while True:
        ended, status = os.waitpid(-1, 0)
        if ended == child:
            return os.waitstatus_to_exitcode(status)


def _reap_ended() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return
