"""The rehearsal tenant: a SharePoint stand-in on this machine. A house of its own.

It speaks as much Microsoft Graph over HTTP as a whole move needs, and follows SharePoint's rules of names, versions,
sessions and rewriting, on its good days and its bad ones. It shares no code with what uploads, so that a mistake there is
not repeated here.

    tenancy          one running tenant: what all rooms share; ways (how it behaves), clock, refusal (the errors)
    wire/            the two ports: server (listening), guard (what every request and response has), front (API and pages),
                     transfers (fragments and downloads)
    calls/           Graph: address (what a path means), asking (a call and its answer), graph (which part answers), and
                     a module for each kind of call; uploads and arriving (what comes in), site_rest (SharePoint's own API),
                     shapes (rows as Graph's JSON)
    rules/           what SharePoint refuses, changes and counts: names, office and ooxml (rewriting), throttle
    store/           database and schema.sql (SQLite, one writer), blobs (contents by SHA-256), and the rows: sites, folders
                     (reading), writing (changing), sessions, permissions, fields
    pages/           what a visitor sees in a browser
    sample/          a sample area to rehearse with

Calls never meet the wire; rules and the store know nothing of calls. import-linter holds this.
"""
