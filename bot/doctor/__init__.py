"""`jifenbot doctor`: what is well, what is wrong, and what to do about it, in Chinese."""
