"""The population view of a net: places, changes and rates as plain numbers, for fluid analysis and simulation."""
