"""The board this process looks at: which sources there are is the wiring's decision."""

from saas_app.market.board import Board

_board: Board | None = None


class NoBoard(RuntimeError):
    """Prices were asked for before the wiring said where they come from."""


def install(board: Board) -> None:
    global _board  # noqa: PLW0603 — one board per process, installed by the wiring
    _board = board


def board() -> Board:
    if _board is None:
        raise NoBoard
    return _board
