"""What every app shares: errors, events, tasks, money, limits. No models and no shop words."""
