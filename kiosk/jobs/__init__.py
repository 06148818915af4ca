"""What the lanes do: one file for each lane. Driver errors end here and go on as problems."""
