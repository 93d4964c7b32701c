"""Edit lists that come back from a cutting room: which files a film uses, and from where to where in each.

==========  ================================================================================
``uses``    one use of a file, and times as these formats write them
``cmx``     edit decision lists (CMX 3600), which every program writes
``fcpxml``  FCPXML, of Final Cut Pro and DaVinci Resolve
``xmeml``   XML of Final Cut Pro 7, which Premiere writes
``otio``    OpenTimelineIO
``mlt``     projects of Shotcut, Kdenlive and melt
``files``   which of them a file is, by its content and never by its name
==========  ================================================================================

Nothing of a list is believed but which material it names, and where: that is what :mod:`tamizdat.cutting_room.film`
holds against the archive. What is switched off in a timeline counts as used, for it may be switched on.
"""
