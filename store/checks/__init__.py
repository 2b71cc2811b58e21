"""The parts of `verify`: each recomputes one thing and says where the tables differ from it."""
