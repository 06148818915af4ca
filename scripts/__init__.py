"""What a developer runs: set-up, checks, the whole machine at once, benchmarks. Not part of the product."""
