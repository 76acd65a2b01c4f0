"""Which parts of all passages are told where none is asked for."""

QUANTILES = (0.5, 0.9, 0.95, 0.99)
SHOWN = 0.99  # of what arrives: the time up to which a distribution is shown
