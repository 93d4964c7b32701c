"""Transcripts: what is said in a clip, as cues from one instant to another; and the files in which others keep that.

==============  ===========================================================================================
``cues``        what a cue may be, and the tellings of what a file says beside cues
``encodings``   the text of a file, whatever it is encoded in; or a clear refusal
``clock``       times as formats write them
``subrip``      SRT
``webvtt``      WebVTT
``roll_up``     captions of which each line moves up, said once
``ass``         Advanced SubStation Alpha
``ttml``        Timed Text Markup Language
``elan``        what linguists write down in ELAN (read only)
``praat``       and in Praat (read only)
``exmaralda``   and in EXMARaLDA (read only)
``tier_xml``    the XML of ELAN and EXMARaLDA
``tiers``       which of their tiers are words that are said
``stl``         EBU STL, of European broadcasters (read only)
``scc``         captions of North American broadcasters (read only)
``sbv``         SubViewer, of YouTube (read only)
``table``       tables of spreadsheet programs (read only)
``sub``         MicroDVD and SubViewer 2 (read only)
``lrc``         LRC, of songs (read only)
``otranscribe`` oTranscribe (read only)
``office``      documents of word processors (read only)
``whisper``     JSON of Whisper and what is made of it (read only)
``plain``       lines of words, with times in brackets or without
``files``       which of them a file is, read and written
``legibility``  what makes subtitles hard to read: too fast, too long, too close
==============  ===========================================================================================

The readers are ours and strict: what a format says and a cue cannot hold (a note, a colour, a place on the screen) is
told with its line, and no word is dropped in silence. What a writer cannot carry is told likewise. A statement about a
clip is made in :mod:`tamizdat.translation.transcripts`; docs/spec/transcripts.md.
"""
