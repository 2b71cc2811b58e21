"""What people write, read: reviews, and the words of a sentence."""
