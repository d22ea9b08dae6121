"""Turns a browser's long signature into two words that its owner recognises."""

from saas_app.core.texts import text

# The first that fits: most browsers also claim to be the ones after them.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("python-httpx/", "Python"),
    ("curl/", "curl"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def spoken(agent: str) -> str:
    """`Firefox on Linux`; something honest where it does not say."""
    browser, system = recognised(agent)
    if browser and system:
        return text("log_ins.on", browser=browser, system=system)
    return browser or system or text("log_ins.unknown")


def recognised(agent: str) -> tuple[str, str]:
    """(browser or program, system); empty where nothing is known."""
    return _first(agent, _BROWSERS), _first(agent, _SYSTEMS)


def _first(agent: str, known: tuple[tuple[str, str], ...]) -> str:
    return next((name for sign, name in known if sign in agent), "")
