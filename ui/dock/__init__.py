"""`python -m ui.dock --world SOCKET`: a window beside the kiosk that moves the emulated world.

A card is laid, a sheet is put under the camera, paper runs out, the network is cut: each by one touch. The buttons show
the state that the world tells, not what was touched last.
"""
