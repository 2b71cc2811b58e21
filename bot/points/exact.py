"""Products with all of their digits: what is rounded down at the end must not have been rounded
before, and the usual context keeps 28 digits of seven factors."""

from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context

exact_product = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN).multiply
"""The exact product of two numbers, however long."""
