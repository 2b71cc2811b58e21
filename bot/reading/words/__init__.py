"""Words by which what people write is told apart, in kinds that mean something to a reader."""
