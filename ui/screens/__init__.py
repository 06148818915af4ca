"""Screens: one .py and one .kv each. They lay out and copy values; what they say comes from `ui.present`."""
