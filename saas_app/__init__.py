"""Tidemark: market levels and alerts by subscription."""
