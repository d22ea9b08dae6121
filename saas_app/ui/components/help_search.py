"""The field that searches the answers of the help page."""

import reflex as rx

# Imported by the piece below; naming it here is what puts it beside that in the build.
_LOGIC = rx.asset("help_search.js", shared=True)


class HelpSearch(rx.Component):
    library = f"$/public{rx.asset('help_search.jsx', shared=True)}"
    tag = "HelpSearch"
    words: rx.Var[dict[str, str]]
    total: rx.Var[int]
