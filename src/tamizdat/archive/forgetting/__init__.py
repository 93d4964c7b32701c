"""Forgetting: what somebody said is destroyed, and everything of ours that repeats it.

::

    meant(archive, 19)            what the number is of: a post, an item, a person …          (targets.py)
      → rest_on(archive, meant)   every statement that says it or speaks of it                (dependents.py)
      → blanked files             exports and feeds hold many posts: only its bytes go        (blanked_files.py)
      → Plan                      all this in numbers, before anything is touched             (plan.py)
      → commit, finish            one statement, then what it names is destroyed              (destruction.py)

The order makes a kill at any instant harmless. Blanked copies first: objects that nobody names. Then the ``forgotten``
statement: from here on it is decided. Then the list of the bytes that go, ``forgetting.json``; then the entries; then
the bytes, here and in each second store, each struck off the list when it is gone. Whoever runs it again goes on there.
"""
