"""The page: predict, play, look inside; needs the extra `web`."""
