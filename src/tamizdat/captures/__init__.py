"""Captured web pages: WARC and WACZ, read strictly, shown without a network, and made by a browser in a box.

=======================  =========================================================================================
module                   what it knows
=======================  =========================================================================================
:mod:`.warc`             records of a WARC file, streamed, with their digests
:mod:`.chunks`           bodies that came in chunks
:mod:`.http_message`     what a server answered, in a record: status, headers, body undone of its encodings
:mod:`.wacz`             the container: every file of it is listed, and what is listed is what is there
:mod:`.wacz_signature`   who vouches for the list, and when
:mod:`.web_archive`      a file of either kind: its records by address, its pages, one page's words
:mod:`.page_text`        the words of a page, and what it seems to be instead of one
:mod:`.replay`           a page as one document that asks the network for nothing
:mod:`.capture`          capturing a page: what the browser is told, and what it saw
:mod:`.box`              the box around the browser, and :mod:`.inside`, what runs in it beside the browser
:mod:`.devtools`         how the browser is told, over two pipes
:mod:`.way_out`          the one way out of the box: a proxy that writes down what it carries
:mod:`.warc_writer`          writing WARC and WACZ
:mod:`.traces`           what captured bytes tell of the desk
=======================  =========================================================================================
"""
