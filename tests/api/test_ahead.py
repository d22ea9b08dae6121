from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from saas_app.api.ahead import Ahead

PATHS = {"/hook"}


async def pages(scope, receive, send):
    if scope["type"] == "websocket":
        socket = WebSocket(scope, receive, send)
        await socket.accept()
        await socket.send_text("pages")
        await socket.close()
        return
    await PlainTextResponse("pages")(scope, receive, send)


def test_only_the_paths_that_were_named_go_ahead():
    web = TestClient(Ahead(pages, door=PlainTextResponse("door"), paths=PATHS))
    assert web.post("/hook").text == "door"
    assert web.get("/hook").text == "door"
    assert web.post("/hook/more").text == "pages"
    assert web.post("/").text == "pages"


def test_a_socket_at_the_same_path_is_for_the_pages():
    web = TestClient(Ahead(pages, door=PlainTextResponse("door"), paths=PATHS))
    with web.websocket_connect("/hook") as socket:
        assert socket.receive_text() == "pages"
