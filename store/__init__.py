"""Where facts are kept: tables, migrations, and the SQL that reads and writes them."""
