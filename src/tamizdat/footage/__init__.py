"""Footage: what lies on a card, looked at without trusting it.

===============  ==========================================================================================
``card``         reads a card once, digest by digest, and notices what changed under the reading
``probe``        says by the bytes, never by the name, whether a file is a picture, a clip or neither
``preview``      a small JPEG of a picture or clip
``reencode``     the published form of a picture or clip: made anew from its pixels and sound
``allowlist``    proves of a finished JPEG or MP4 that it is built of nothing but what is needed to show it
``mhl``          media hash lists: read, compared with files, written
``timecode``     frame rates and time codes of cutting rooms
``target_names`` names for a disk that cannot hold every name
``decode``       the box in which Pillow and ffmpeg run, and nowhere else
===============  ==========================================================================================
"""
