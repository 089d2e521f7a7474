"""Triage: what people decide about calls that fit, what is learnt from it, and the board they do it on."""
