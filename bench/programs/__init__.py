"""The measured programs: each runs as a process of its own and answers `bench.meter` over its pipes."""
