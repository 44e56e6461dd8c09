"""How the world of user_operation changes."""
