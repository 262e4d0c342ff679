"""The manual of the command line, made from its commands: as pages for man, and as a page of the documentation."""
