"""What bridges push to us: signed, each message once, and never a hole in the tape."""
