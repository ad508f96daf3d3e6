"""A sample area to rehearse with."""
