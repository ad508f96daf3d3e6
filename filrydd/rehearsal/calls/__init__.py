"""Graph's calls: from an address to an answer."""
