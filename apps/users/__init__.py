"""Who is who: profiles, verify codes, log-in, sessions."""
