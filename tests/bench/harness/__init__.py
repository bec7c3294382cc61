"""The bench: starts servers, runs workloads against them in turns, and writes what came out. scripts/bench is its door."""
