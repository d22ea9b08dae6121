"""Start the sandbox: `python -m sandbox`."""

import asyncio
import contextlib
import signal
import sys

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from sandbox import app
from sandbox.house import House
from sandbox.settings import Settings, UnsafeStart, read


def main() -> int:
    """Run until told to stop; 2 when the settings are not safe."""
    try:
        settings = read()
    except UnsafeStart as refusal:
        sys.stderr.write(f"The sandbox did not start.\n{refusal}\n")
        return 2
    try:
        asyncio.run(serve(settings))
    except OSError as problem:
        sys.stderr.write(
            f"The sandbox did not start: {problem}.\nIs another one running? Its ports are set"
            " by SANDBOX_PORT and SANDBOX_SMTP_PORT.\n"
        )
        return 1
    return 0


async def serve(settings: Settings) -> None:
    """Serve pages, APIs and mail from one event loop, so that one thread owns the store."""
    house = House(settings)
    server = Server(
        app.build(house),
        address=settings.bind,
        port=settings.port,
        interface=Interfaces.ASGI,
        log_level=LogLevels.error,
    )
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    async with app.running(house):
        serving = asyncio.create_task(server.serve())
        stopping = asyncio.create_task(stopped.wait())
        print(f"Sandbox on {settings.url} (mail on port {settings.smtp_port})", flush=True)  # noqa: T201 - the one line a person waits for
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        server.stop()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(serving, 3)


if __name__ == "__main__":
    sys.exit(main())
