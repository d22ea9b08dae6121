"""Where a browser may be sent next: a path of ours, and nowhere else."""

from urllib.parse import urlsplit


def safe_next(given: str) -> str:
    """The given path if it stays on this site, else empty.

    A backslash or a second slash turns a path into another host in some browsers.
    """
    if not given.startswith("/") or given.startswith("//") or "\\" in given:
        return ""
    if any(ord(character) < ord(" ") for character in given):
        return ""
    parts = urlsplit(given)
    return given if not parts.scheme and not parts.netloc else ""
