"""The chassis: what every service would otherwise write again. It knows no service."""
