"""Which parts of all passages are told where none is asked for, and of how many that are simulated."""

QUANTILES = (0.5, 0.9, 0.95, 0.99)
SHOWN = 0.99  # of what arrives: the time up to which a distribution is shown
PASSAGES = 20_000  # simulated where nothing else is said
FEWEST_PASSAGES = 200  # of which a confidence can be told
