"""The worker process that runs the core, and the app's side of the conversation with it."""
