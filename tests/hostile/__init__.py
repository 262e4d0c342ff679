"""Programs and repositories that mean harm, one file a point."""
