"""Our calls for whoever speaks CommonGrants (protocol 0.4): list, get and search below /common-grants/."""
