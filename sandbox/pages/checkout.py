"""The Checkout page."""

from starlette.routing import BaseRoute
from sandbox.house import House


def routes(house: House) -> list[BaseRoute]:
    """None yet."""
    return []
