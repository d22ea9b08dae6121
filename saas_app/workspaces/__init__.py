"""The tenant and payer: everything a person owns belongs to a workspace."""
