"""The nouns: frozen dataclasses and enums that every room speaks. Standard library and texts only.

entry        what a source says of files and folders, and the trouble it had
listed       what a walk tells of a folder, in the leanest form
wellknown    identifiers that mean the same everywhere, and what people call them
hours        times of the day and weekends in which work may run
tier         what SharePoint lets an application use, by the tenant's licences
descriptor   Windows security descriptors and identifiers, as bytes and as text
names        names and paths as the catalog stores them; how names are compared
times        times as integers of 100 ns
rule         fates, rules, blocks, and the predicates that rules are made of
department   persons, and the parts that an area is divided into
item         what a tenant says of sites, libraries and items
"""
