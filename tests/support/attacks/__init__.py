"""Named attacks on sites, posts and statements, for both verifiers."""
