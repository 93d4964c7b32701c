"""Models at the desk: what they write down of speech, and what they suggest as a translation. Nothing leaves the house.

===============  =========================================================================================
``model_folder`` what a folder must hold to be a model, and the digest by which it is named
``model_box``    a model in a box of its own: without network, seeing its own files alone
``worker``       runs inside: loads the model, answers
``speech``       what is said in a clip, as cues
``readable``     its pieces, made short enough to be read as subtitles
``suggestion``   a sentence in another language
===============  =========================================================================================

What a model writes is a draft and nothing else: it is in no statement, in no memory and on no page until a person took
it over as their own, and then others review it as they review anybody's words. The packages that run models are extras
(``speech``, ``machine``); models are files that a person fetched and put there.
"""
