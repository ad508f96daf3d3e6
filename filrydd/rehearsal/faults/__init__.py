"""The tenant's bad days: what goes wrong, to which calls, by a file and a seed, so that it can be had again.

    kinds            the kinds of call that a rule can be about
    rule             the faults there are, and a rule: which fault strikes which calls
    setting          all that a fault file says
    file             reading a fault file; yaml_tree (YAML with lines), reading (values and their problems), sections
    faults           what strikes a call, and what was given out

A fault file:

    seed: 7
    throttle:
      tier: 0-1000
      costs: {fragment: 4}
      retry_after: mixed
      then:
        - {after_seconds: 60, minute: 300}
    clock: {ahead_seconds: 90}
    quota: 5000000000
    people:
      - {does: edit, share: 0.02, path: "plan/**"}
    faults:
      - {fault: drop_after, on: [upload, fragment], share: 0.05}
      - {fault: corrupted_item, path: "**/*.pdf", share: 0.01, most: 3}
      - {fault: unavailable, on: any, first: 1, status: 503}

`share`, `nth` and `first` are about how often one and the same target (the item's path; for a fragment its first byte too) was
asked one and the same thing. So it does not matter in which order a client with many connections asks: the same calls are
struck. `most` and `every` count over all targets, and are the same again only for the same order.
"""
