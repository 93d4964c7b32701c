"""Writing an edition: build units, their cache, proofs, and the exchange of the finished folder."""
