"""The checks of `scripts/check`, each a function that returns what is wrong ("" = nothing)."""
