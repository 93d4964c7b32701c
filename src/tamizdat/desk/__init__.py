"""The workbench: a thin web face on archive, translation and publishing."""
