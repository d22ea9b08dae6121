"""cents beyond two thousand million"""

import sqlalchemy as sa
from alembic import op

revision = 'f8620ff15f44'
down_revision = '27252ed507ad'
branch_labels = None
depends_on = None

COLUMNS = {
    'change_quote': ('subtotal_cents', 'discount_cents', 'tax_cents', 'total_cents', 'due_cents', 'next_cents'),
    'contract': ('amount_cents',),
    'dispute': ('amount_cents',),
    'invoice': ('total_cents', 'due_cents', 'paid_cents'),
    'mrr_movement': ('delta_cents',),
    'refund': ('amount_cents',),
    'revenue_entry': ('amount_cents',),
    'subscription': ('amount_cents',),
}


def upgrade() -> None:
    _become(sa.BigInteger())


def downgrade() -> None:
    _become(sa.Integer())


def _become(wide: sa.types.TypeEngine) -> None:
    """SQLite keeps integers of any width in any integer column."""
    if op.get_bind().dialect.name == 'sqlite':
        return
    for table, columns in COLUMNS.items():
        for column in columns:
            op.alter_column(table, column, type_=wide)
