"""What each screen says and offers, as pure functions from the session to frozen views. No Kivy in here."""
