"""Sites in more than one place: copied, checked (:mod:`.copy`), served (:mod:`.serve`), put out (:mod:`.put_out`).

A copy is worth what its check is worth: it is judged as a reader would before it takes the place of the one before, and
must continue it. What an edition withdraws leaves the copy too.
"""
