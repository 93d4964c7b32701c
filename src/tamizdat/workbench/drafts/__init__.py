"""Drafts: what somebody has typed or drawn and not yet proposed, sealed in ``workbench.sqlite``, one kind a module."""
