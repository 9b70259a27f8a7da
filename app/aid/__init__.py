"""Aid lists: who receives what, in the columns that may be published and no others."""
