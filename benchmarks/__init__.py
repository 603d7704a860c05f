"""Every figure that the README and the notes quote, measured anew on request. Ratios of one run, never a gate."""
