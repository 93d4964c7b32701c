"""The whole way on one computer, with made-up people, footage and words."""
