"""The verbs: one stage a module, with the name of its command.

scan classify propose review upload verify seal retire   the journey
unseal status where links look record backup sheet             what people ask of it on the way
journey                                                  all of it, as a rehearsal
record      is the ledger whole? and all of it, for another program to check
destruction_list  what a department destroys, for the archive: a workbook and a signed document
whole_file  a file that appears whole or not at all
report      every file of an upload with its outcome, for a spreadsheet
work        what every stage is given: an area, a clock, somebody to tell
portions    people answer in small portions, and what they answered is taken into the proposal
search      what became of any old path or name, for those who may see it
edit        people change the structure: the file that they edit, what it says, and taking back
standing_in what a rehearsal answers in place of people
in_full     a full comparison of what lies in the tenant with what the old area holds
obstacles   open problems in sentences
deposits    the ledger's head in the tenant, and what is destroyed, before it is
together    acts of one kind, several at a time: as many as the tenant bears
accept      a part's contact confirms the new place, or says what is missing
restore     what was set aside comes back
signposts   files of ours in a sealed area that say where everything is now
grace       until when the sealed area can be read, and more time for a reason
lease       one machine at a time uploads an area; leased (what its file in the tenant says)
confirm     an archivist confirms a rule: in the policy file and in the ledgers
masking     texts without identity numbers, for everything that leaves

A stage that acts has `plan`, which says what it would do, and `apply`, which does it.
"""
