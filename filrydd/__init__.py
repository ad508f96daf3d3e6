"""filrydd: legacy file areas on their way to SharePoint.

scan -> classify -> propose -> review -> upload -> verify -> seal -> retire

The map, from the ground up; imports go downward only, and rooms on one floor never meet:

    cli          the commands, thin
    web          the pages                       rehearsal   a SharePoint stand-in, a house of its own
    stages       one verb a module, the same name as its command
    catalog      the only room with SQL          sources     where files come from
    targets      where files go                  documents   readers of content, in a fenced child
    notices      messages to people
    layout       the structure computed, names, access before and after, digests; pure
    findings     what names, facts and texts tell; pure
    portions     the review in groups that a busy person can answer; pure
    policy       department files: rules and periods, yielded as data
    model        the nouns    errors    lang    quickxor

Verbs act, nouns decide. A stage's name is its command, its module, the owner of its tables and its line on the status
page. What decides takes the day as an argument and never reads a clock.
"""
