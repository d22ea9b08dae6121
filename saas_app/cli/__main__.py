"""`python -m saas_app.cli`."""

from saas_app.cli import app

app()
