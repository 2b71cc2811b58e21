"""The core: what deeds earn. Pure functions over frozen values, the standard library only."""
