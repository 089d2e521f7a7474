"""The commands of `cinnabar`, by what somebody is about to do. Each loads what it needs when it runs."""
