import os
import threading

import pytest

from saas_app.core import rate_limit
from saas_app.core.errors import TooMany

REDIS = os.environ.get("TEST_REDIS_URL", "")


def hits(name, tries, limit=5, seconds=60):
    allowed = []
    lock = threading.Lock()

    def knock():
        try:
            rate_limit.hit(name, "k", limit=limit, seconds=seconds)
        except TooMany:
            return
        with lock:
            allowed.append(1)

    threads = [threading.Thread(target=knock) for _ in range(tries)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(allowed)


def test_exactly_the_limit_passes_however_many_race():
    assert hits("race", 40) == 5


def test_the_refusal_says_when_to_come_back():
    for _ in range(2):
        rate_limit.hit("words", "k", limit=2, seconds=60)
    with pytest.raises(TooMany) as refused:
        rate_limit.hit("words", "k", limit=2, seconds=60)
    assert 1 <= refused.value.retry_after <= 61
    assert "try again in" in refused.value.message


def test_what_is_left_is_counted_down():
    assert [rate_limit.hit("left", "k", limit=3, seconds=60)[0] for _ in range(3)] == [2, 1, 0]


def test_one_key_does_not_use_up_anothers_room():
    rate_limit.hit("keys", "a", limit=1, seconds=60)
    rate_limit.hit("keys", "b", limit=1, seconds=60)


def test_with_redis_gone_the_limit_still_holds(configured):
    configured.redis_url = "redis://127.0.0.1:1/0"
    rate_limit.forget()
    assert hits("gone", 20) == 5


@pytest.mark.redis
@pytest.mark.skipif(not REDIS, reason="TEST_REDIS_URL is not set")
def test_redis_counts_exactly_too(configured):
    configured.redis_url = REDIS
    rate_limit.forget()
    assert hits(f"redis{os.getpid()}{os.urandom(4).hex()}", 40) == 5
