"""Publishing: from the archive to a folder of plain files that anyone can copy, serve, read and check.
"""
