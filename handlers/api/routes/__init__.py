"""The routes, one module per area; each calls a service and shapes its answer."""
