import pytest

# What a life ended with is only understood with both sides shown: said before it is imported.
pytest.register_assert_rewrite("tests.support.lives.judgement")

from tests.support.billing_world import sandbox_process, stripe_world, wired  # noqa: E402 — imported before, its assertions would not be rewritten

__all__ = ["sandbox_process", "stripe_world", "wired"]
