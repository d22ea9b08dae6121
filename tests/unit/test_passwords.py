import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from zxcvbn_rs_py import zxcvbn

from saas_app.accounts import passwords
from saas_app.core.errors import Unavailable

WORDS = "four unrelated harbour words"


def test_a_hash_says_how_slow_it_is_and_opens_for_its_own_password_alone():
    kept = passwords.hashed(WORDS)
    assert kept.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert passwords.verified(WORDS, kept) == (True, None)
    assert passwords.verified(WORDS + "x", kept) == (False, None)
    assert passwords.hashed(WORDS) != kept


def test_the_same_password_in_another_spelling_of_its_letters_opens():
    """A phone and a laptop may compose an accent differently."""
    kept = passwords.hashed("caf\u00e9 am Hafen zur Flut")
    assert passwords.verified("cafe\u0301 am Hafen zur Flut", kept)[0]


def test_an_older_cheaper_hash_is_replaced_at_the_next_log_in():
    old = PasswordHash((Argon2Hasher(memory_cost=8, time_cost=1, parallelism=1),)).hash(WORDS)
    matches, fresh = passwords.verified(WORDS, old)
    assert matches
    assert fresh.startswith("$argon2id$v=19$m=47104")
    assert passwords.verified("wrong words altogether", old) == (False, None)


def test_an_unknown_person_costs_a_hash_too(monkeypatch):
    real, asked = passwords._hasher(), []

    class Counting:
        def verify(self, *given):
            asked.append(given)
            return real.verify(*given)

    monkeypatch.setattr(passwords, "_hasher", Counting)
    monkeypatch.setattr(passwords, "_nobody", lambda: real.hash("nobody"))
    assert passwords.verified(WORDS, None) == (False, None)
    assert len(asked) == 1


def test_a_flood_of_log_ins_waits_and_then_is_told_to_come_back(monkeypatch):
    monkeypatch.setattr(passwords, "_WAIT_SECONDS", 0.01)
    with (
        passwords._turn(),
        passwords._turn(),
        pytest.raises(Unavailable, match="Nothing was changed"),
    ):
        passwords.hashed(WORDS)
    assert passwords.hashed(WORDS)


@pytest.mark.parametrize(
    ("password", "about", "says"),
    [
        ("a" * 9, [], "at least 10"),
        ("qwertyuiop", [], "easy to guess"),
        ("tidemark2026", [], "easy to guess"),
        ("lovelace1815", ["lovelace"], "easy to guess"),
        ("x" * 129, [], "at most 128"),
        (WORDS, [], ""),
    ],
)
def test_why_a_password_will_not_do(password, about, says):
    sentence = passwords.weakness(password, about=about)
    assert says in sentence
    assert bool(sentence) == bool(says)


def test_the_work_of_judging_a_password_does_not_grow_with_it(monkeypatch):
    judged = []

    def spied(password, about):
        judged.append(password)
        return zxcvbn(password, about)

    monkeypatch.setattr(passwords, "zxcvbn", spied)
    passwords.score("4@8({6<9!" * 14, about=[])
    passwords.weakness("4@8({6<9!" * 14, about=[])
    assert [len(each) for each in judged] == [50, 50]
