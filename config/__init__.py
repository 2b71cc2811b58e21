"""The programme's files: reads the TOML tables an operator writes into one frozen `Programme`."""
