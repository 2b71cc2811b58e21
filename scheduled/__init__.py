"""Jobs, one file each."""
