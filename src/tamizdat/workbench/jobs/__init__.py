"""Long work at the workbench, in a thread while people go on: :mod:`.jobs` runs it, each other module is one kind."""
