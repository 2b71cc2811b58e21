"""The only writer of points: operations in, one transaction a batch, results out."""
