"""What the shop tells the world: the outbox, and SMS."""
