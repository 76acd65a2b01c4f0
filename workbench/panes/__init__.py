"""The panes: data comes down to them, messages go up; none knows another."""
