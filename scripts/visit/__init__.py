"""The whole machine at once: the world, the city, the courier and the kiosk, and a visit made on the real window."""
