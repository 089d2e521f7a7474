"""Answers: what somebody told decides, from the inbox or from the mail; handing over, and taking it back."""
