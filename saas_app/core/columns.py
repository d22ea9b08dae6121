"""Column types of our own."""

from sqlalchemy import BigInteger, Integer

# A price times its seats passes two thousand million soon in a currency of small coins.
# SQLite's integers are as wide as they need to be: no table of it had to be rebuilt for this.
CENTS = BigInteger().with_variant(Integer(), "sqlite")
