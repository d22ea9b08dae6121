from tests.support.billing_world import sandbox_process, stripe_world, wired

__all__ = ["sandbox_process", "stripe_world", "wired"]
