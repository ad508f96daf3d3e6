"""The rehearsal tenant: a SharePoint stand-in on this machine. A house of its own.

It speaks as much Microsoft Graph over HTTP as a whole move needs, and follows SharePoint's rules of names, versions,
sessions and rewriting, on its good days and its bad ones. It shares no code with what uploads, so that a mistake there is
not repeated here.

    tenancy          one running tenant: what all rooms share; ways (how it behaves), clock, figures (what is counted),
                     refusal (the errors)
    wire/            the two ports: server (listening), guard (what every request and response has), front (API and pages),
                     transfers and downloads (fragments, contents), sockets; weather and what it needs: asked, answers, peek,
                     aftermath, connection; leftover (of bodies that are too large), upkeep
    calls/           Graph: address (what a path means), asking (a call and its answer), graph (which part answers), and
                     a module for each kind of call; uploads and arriving (what comes in), settling (what follows from it), later
                     (what happens by itself), site_rest and site_rights (SharePoint's own API), shapes and facets (rows as
                     Graph's JSON)
    rules/           what SharePoint refuses, changes and counts: names, rewriting (ooxml, office, pdf, jpeg), malware, throttle
    faults/          what goes wrong, by a file and a seed
    store/           database and schema.sql (SQLite, one writer), blobs (contents by SHA-256), and the rows: sites, folders
                     (reading), writing and changes, sessions, permissions, fields, labels (labels.csv), locks, version_limits
    authority/       the sign-in service, a third port with TLS; what apps may do is in rules (apps, tokens), calls (allowed,
                     site_grants) and store (registrations: apps.yaml)
    pages/           what a visitor sees in a browser, and the page for the admin
    sample/          a sample area to rehearse with

Calls never meet the wire; rules and the store know nothing of calls. import-linter holds this.
"""
