"""Studies: the same measures at many points of the parameters."""
