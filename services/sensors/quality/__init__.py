"""Quality: which readings pass the checks of QARTOD, and when a device that fails them malfunctions."""
