"""What goes wrong between a change and its people, one row a fault, each played on the running system."""
