"""The folder of a desk or of a field device: settings, keys and how it is first set up."""
