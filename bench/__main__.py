"""The table of measurements, each beside a baseline taken in the same run on the same machine."""

import argparse
import os

from bench import alerts, decisions, over_http, pages, webhooks

_PARTS = {
    "decisions": decisions.rows,
    "alerts": alerts.rows,
    "webhooks": webhooks.rows,
    "http": over_http.rows,
    "pages": pages.rows,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=_PARTS, help="measure one part")
    chosen = parser.parse_args().only
    print(f"load average before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for name, part in _PARTS.items():
        if chosen in {None, name}:
            for row in part():
                print(row, flush=True)


if __name__ == "__main__":
    main()
