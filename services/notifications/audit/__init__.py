"""Proof of no loss: for a call and every subscriber the whole way to the mailbox, or the reason why there was none."""
