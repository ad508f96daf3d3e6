"""The nouns: frozen dataclasses and enums that every room speaks. Standard library only.

entry        what a source says of files and folders, and the trouble it had
names        names and paths as the catalog stores them; how names are compared
times        times as integers of 100 ns
rule         fates, rules, blocks, and the predicates that rules are made of
department   persons, and the parts that an area is divided into
item         what a tenant says of sites, libraries and items
"""
