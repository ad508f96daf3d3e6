"""The rehearsal tenant: a SharePoint stand-in on this machine. A house of its own.

It speaks as much Microsoft Graph over HTTP as a whole move needs, on 127.0.0.1 only, and follows SharePoint's rules of
names, versions, sessions and rewriting. It shares no code with what uploads, so that a mistake there is not repeated here.

    the two ports    server (listening), guard (who may ask; what every response has), front (API and pages), transfers
                     (fragments and downloads)
    the calls        address (what a path means), asking (a call and its answer), graph (which part answers it), sites_api,
                     items_api, permissions_api, columns_api, people, teams, changing, delta, batch; site_rest (SharePoint's
                     own API); refusal (the errors), shapes (rows as Graph's JSON)
    the rules        names, office and ooxml (rewriting), quickxor, sessions, throttle, clock
    the store        store and schema.sql (one SQLite database, one writer), blobs (contents by SHA-256), sites, folders
                     (reading), writing (changing), permissions, fields, tenancy (all of it together)
    for people       pages and page (what a visitor sees), ways (what can be set, what is told)
    a sample area    sample, sample_tree, sample_contents
"""
