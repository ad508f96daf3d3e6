"""What people see in a browser: the new place as a visitor will see it, and the tenant as its admin sees it.

    visitor          from an address to a page; door (the token, where the tenant is not on this machine alone)
    places           sites and what they hold; folder, file, notebook, library (a library's own facts), found (search)
    access           who can open something, in words; columns (what a library's columns say); channels (of teams)
    admin            the tenant in figures, as data; admin_page the same in words, minute its chart
    page             a page before it is HTML; words (sizes, moments, kinds); rendering (HTML, headers, languages)

Nothing here writes, and no page reads more than a bounded number of rows. Names are shown as they are, identity numbers in
them too: these pages are the target's own view, and SharePoint masks nothing. What filrydd masks, it masks before it uploads.
"""
