"""Files that are written whole or not at all: whoever reads one, and whoever is killed while writing, has the old one or the new.

It knows files. It must never know what is in them.
"""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

_IN_PLACE = {errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY, errno.EXDEV}
"""Of a folder in which nothing can be made, or of a file that is mounted: such a file can only be written where it is."""


def write_whole(path: Path, content: str | bytes) -> None:
    """Write the file, with the permissions that it has; a link is followed, a pipe or a device is written to as it is.

    *Raises* ``OSError``; the file is then as it was, unless only writing in its place was possible.
    """
    content = content.encode() if isinstance(content, str) else content
    mode = _mode(path)
    if path.is_relative_to("/dev") or path.is_relative_to("/proc") or (mode is not None and not stat.S_ISREG(mode)):
        path.write_bytes(content)
        return
    if mode is not None and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    target = Path(os.path.realpath(path))
    try:
        _replace(target, content, mode)
    except OSError as error:
        if mode is None or error.errno not in _IN_PLACE:
            raise _about(error, path) from None
        path.write_bytes(content)


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def _replace(target: Path, content: bytes, mode: int | None) -> None:
    unfinished = target.with_name(f".{target.name[:100]}.{os.getpid()}.unfinished")
    with suppress(FileNotFoundError):
        unfinished.unlink()  # left by a process of this number that was killed
    try:
        with unfinished.open("xb") as file:
            if mode is not None:
                unfinished.chmod(stat.S_IMODE(mode))
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink()
        raise


def _about(error: OSError, path: Path) -> OSError:
    """The error about the file that was meant, and not about the one beside it."""
    return type(error)(error.errno, error.strerror, str(path))
