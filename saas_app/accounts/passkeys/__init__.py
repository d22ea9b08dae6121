"""Passkeys: a person is known by a key that never leaves their device."""
