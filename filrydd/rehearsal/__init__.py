"""The rehearsal tenant: a SharePoint stand-in on this machine. A house of its own.

It speaks as much Microsoft Graph over HTTP as a whole move needs, on 127.0.0.1 only, and follows SharePoint's rules of
names, versions, sessions and rewriting. It shares no code with what uploads, so that a mistake there is not repeated here.

    address       what a request's path means
    asking        a call and its answer
    blobs         contents on disk, by SHA-256
    batch, changing, delta, items_api, sites_api    the calls
    folders       folders and files as rows: reading
    writing       folders and files as rows: changing
    guard         what holds for every response; who may ask
    names         which names and paths SharePoint takes
    office        SharePoint's rewriting of Office files
    pages         what a visitor sees
    server        listening, in this process or as a child
    sessions      upload sessions
    shapes        rows as Graph's JSON
    store         the SQLite database
    throttle      resource units a minute
    transfers     the second port: fragments and downloads
    sample        a made-up department area to rehearse with
"""
