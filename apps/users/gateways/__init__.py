"""The third parties that users log in through, and the sandbox that stands in for one."""
