"""The project: settings, addresses, and what stands between the server and the apps."""
