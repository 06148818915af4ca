"""Typing Chinese on the kiosk's own keyboard: pinyin letters in, words to choose from out.

No Kivy, no state, nothing on disk: what is being typed lies with the screen and is gone when the screen is.
"""
