"""Google, Microsoft and GitHub for trying out: their log-in protocols, and people to choose from."""

from starlette.routing import BaseRoute

from sandbox.house import House
from sandbox.identity import consent, github, oidc


def routes(house: House) -> list[BaseRoute]:
    """The consent pages, and what a client's server asks."""
    return [*consent.routes(house), *oidc.routes(house.world), *github.routes(house.world)]
