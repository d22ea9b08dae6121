"""The page where a person says who they are, or that they would rather not."""

from urllib.parse import urlencode

from starlette.datastructures import FormData, QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox.house import House
from sandbox.identity import asked, grants, people
from sandbox.identity.asked import Asked, Refused, Unusable
from sandbox.identity.people import Person
from sandbox.identity.providers import GITHUB, GOOGLE, PROVIDERS, Provider, issuer
from sandbox.pages import paper
from sandbox.settings import Settings

ELSE = "else"
_AUTHORIZE = {GITHUB.key: "/login/oauth/authorize"}


def routes(house: House) -> list[BaseRoute]:
    """The page of each provider, and a list of everybody in the control room."""
    made: list[BaseRoute] = []
    for provider in PROVIDERS.values():
        path = f"{provider.path}{_AUTHORIZE.get(provider.key, '/authorize')}"
        counter = Counter(house, provider, path)
        made += [Route(path, counter.show), Route(path, counter.answer, methods=["POST"])]

    async def everybody(_request: Request) -> Response:
        settings = house.world.settings
        known = [_described(each, settings) for each in PROVIDERS.values()]
        return paper.show(house, "identity.html", page="/identity", said=None, providers=known)

    return [*made, Route("/identity", everybody)]


class Counter:
    """One provider's consent page. It keeps nothing: the form carries the whole request back."""

    def __init__(self, house: House, provider: Provider, path: str) -> None:
        self._house, self._provider, self._path = house, provider, path
        self._settings = house.world.settings

    async def show(self, request: Request) -> Response:
        """Ask who it is."""
        try:
            wanted = asked.read(self._provider, self._settings, request.query_params)
        except Unusable as why:
            return self._unusable(why)
        except Refused as refused:
            return self._refused(refused)
        return paper.show(
            self._house,
            "consent.html",
            provider=self._provider,
            action=self._path,
            query=str(request.query_params),
            people=_offered(self._provider),
            chosen=_chosen(self._provider, wanted),
        )

    async def answer(self, request: Request) -> Response:
        """Back to the client, with a code or without."""
        form = await request.form()
        try:
            wanted = asked.read(
                self._provider, self._settings, QueryParams(str(form.get("query") or ""))
            )
        except Unusable as why:
            return self._unusable(why)
        except Refused as refused:
            return self._refused(refused)
        if form.get("answer") != "continue":
            return self._refused(
                Refused(wanted.redirect_uri, wanted.state, "access_denied", "The person said no.")
            )
        person = _person(self._provider, form)
        code = grants.code_for(self._house.world.store, self._provider, wanted, person)
        return self._back(wanted.redirect_uri, wanted.state, person.tenant, code=code)

    def _unusable(self, why: Unusable) -> Response:
        return paper.show(
            self._house, "consent_refused.html", status=400, provider=self._provider, why=str(why)
        )

    def _refused(self, refused: Refused) -> Response:
        return self._back(
            refused.redirect_uri,
            refused.state,
            error=refused.error,
            error_description=refused.description,
        )

    def _back(self, redirect_uri: str, state: str, tenant: str = "", **said: str) -> Response:
        if state:
            said["state"] = state
        # RFC 9207: which provider speaks, so that two cannot be mixed up. Of Microsoft's tenants
        # none is known before somebody was chosen; GitHub does not do it at all.
        if self._provider is GOOGLE or tenant:
            said["iss"] = issuer(self._provider, self._settings, tenant)
        return paper.go(f"{redirect_uri}?{urlencode(said)}")


def _offered(provider: Provider) -> list[tuple[Person, str]]:
    return [(each, people.about(provider.key, each)) for each in people.PEOPLE[provider.key]]


def _chosen(provider: Provider, wanted: Asked) -> str:
    """Whom the client hinted at, else the first."""
    hinted = [p.subject for p, _ in _offered(provider) if p.email and p.email == wanted.login_hint]
    return (hinted or [people.PEOPLE[provider.key][0].subject])[0]


def _person(provider: Provider, form: FormData) -> Person:
    subject = str(form.get("person") or "")
    if subject == ELSE:
        name, email = (str(form.get(field) or "").strip()[:200] for field in ("name", "email"))
        return people.somebody_else(provider.key, name, email, verified="verified" in form)
    found = people.find(provider.key, subject)
    if found is None:
        raise HTTPException(404)
    return found


def _described(provider: Provider, settings: Settings) -> dict[str, object]:
    return {
        "label": provider.label,
        "base": provider.base(settings),
        "client_id": provider.client_id,
        "client_secret": provider.client_secret,
        "redirect_uris": provider.redirect_uris(settings),
        "people": _offered(provider),
    }
