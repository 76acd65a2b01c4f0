"""Walking through the states of a model: steps, tables of states, ways from one to another, findings."""
