"""What the services tell those who watch them."""
