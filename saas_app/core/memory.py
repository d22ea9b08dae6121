"""What the start leaves in memory, and that the garbage collector need not look at it again."""

import gc


def settle() -> None:
    """Once, when everything is there: modules and pages are some three hundred thousand objects that never go.

    A full collection walks all of them, and while it does nobody is answered.
    """
    gc.collect()
    gc.freeze()
