"""A field device's page: choose a card, look at it, seal and send, type the receipt, wipe; and panic.

It is served on this computer only, to one tab of a browser that is started for it and forgets everything.

===============  ================================================================================================
``device``       the folder, locked or open; the cards that were chosen; the work that goes on
``volumes``      which cards and sticks are plugged in
``browser``      a browser with a profile in memory
``page``         who may ask, and what each screen shows
``buttons``      what each button does
``app``          its few addresses, and who may ask
``server``       all of it together
``stick``        a stick from which it runs where nothing is installed
``stick_start`` what that stick runs first
===============  ================================================================================================
"""
