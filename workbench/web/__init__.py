"""The workbench in a browser (extra `web`)."""
