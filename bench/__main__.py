"""The table of measurements, each beside a baseline taken in the same run on the same machine."""

import argparse

from bench import decisions, pages, webhooks


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--only", choices=("webhooks", "decisions", "pages"), help="measure one part"
    )
    chosen = parser.parse_args().only
    for name, part in (
        ("decisions", decisions.rows),
        ("webhooks", webhooks.rows),
        ("pages", pages.rows),
    ):
        if chosen in {None, name}:
            for row in part():
                print(row)


if __name__ == "__main__":
    main()
