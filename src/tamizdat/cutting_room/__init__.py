"""Taking clips out for the cutting room: proxies to cut with, what is said in them, and edit decision lists of it.

==============  =============================================================================================
``shots``       which clips and sounds of the published edition, at which rate, and what is said in them
``clearance``   which of them go out no longer as the edition shows them
``choice``      what of a choice goes out, and why the rest does not
``edl``         edit decision lists (CMX 3600): an event for each cue
``markers``     what is said, as markers of a timeline
``timeline``    every shot with its markers, in OpenTimelineIO
``fcpxml``      the same in FCPXML
``table``       the cues as a table (CSV)
``folder``      the folder that is given away: proxies, subtitles, lists
``edit_lists``  the edit list of a film that was cut of it
``film``        held against what may be shown
==============  =============================================================================================

All of it is made of what the edition shows, and so of nothing that it does not: whoever was covered there is covered
here, words are those that were approved, and no name of a card's file, place or hour is told. docs/cutting-room.md.
"""
