"""The REST API, /api/v1: a module for each resource, with its `router`; the shapes of its answers beside it.

asking     what a request may ask: no unknown parameter, which form
replying   tags, pages, files
cursor     where the next page begins
shapes     what all answers share
"""
