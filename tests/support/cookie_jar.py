"""A browser as far as cookies go: it keeps what it is given and sends it from one of our own pages."""

from http.cookies import SimpleCookie

from httpx import Response

from saas_app.core.settings import settings
from tests.support.web import Web


class CookieJar:
    """`web` is the edge; each jar is another browser."""

    def __init__(self, web: Web, agent: str = "Firefox on Linux") -> None:
        self.web = web
        self.agent = agent
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Response:
        return self.send("GET", path)

    def post(self, path: str, **body) -> Response:
        return self.send("POST", path, **body)

    def delete(self, path: str) -> Response:
        return self.send("DELETE", path)

    def send(self, verb: str, path: str, **body) -> Response:
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Origin": settings().origin,
            "User-Agent": self.agent,
        }
        answer = self.web.client.request(verb, path, json=body or None, headers=headers)
        for line in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0" or not morsel.value:
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        # What the client itself keeps would travel with every other browser, too.
        self.web.client.cookies.clear()
        return answer
