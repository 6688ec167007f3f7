# The last of the scripts that the official image runs on the first start; see start.
touch "$PGDATA/complete"
