"""A package for a court: what was chosen, what is stated about it, and how anybody checks both without this program.

::

    bagit.txt, bag-info.txt, manifest-sha256.txt, tagmanifest-sha256.txt     BagIt 1.0 (RFC 8493)
    data/
      check.en.html, check.zh-Hans.html            how to check it: a browser, or sha256sum and openssl
      chronology.en.html, .pdf, …                  custody: who, what, when; proved or vouched for; contact sheets
      affidavit.en.html, .pdf, …                   a form for whoever hands it over
      ro-crate-metadata.json                       the same for programs (RO-Crate 1.1)
      originals/                                   as they came, with an ASC MHL history
      working-copies/17/                           what an edition shows of item 17
      proofs/roster-1.json                         whose signatures count, every version
      proofs/entries.txt                           the ledger's entries that are spoken of
      proofs/statements/17.tlog-proof              where entry 17 stands in the ledger
      proofs/statements/17.json                    what it says, if it is opened
      proofs/checkpoints/256/                      the signed checkpoint, and what others said of it

``docs/spec/evidence.md`` has the rules. Everything in it is a file of the archive or made from its statements; it asks
for no key, changes nothing in the archive, and the same choice on the same day gives the same bytes.
"""
