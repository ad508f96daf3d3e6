"""The structure of the move: names that SharePoint takes, folders that fit, and the digests of placements. Pure."""
