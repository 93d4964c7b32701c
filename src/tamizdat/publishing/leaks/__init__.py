"""What must not stand anywhere: secrets of the archive, searched in every published byte."""
