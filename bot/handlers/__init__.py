"""The messengers: each folder turns one messenger's updates into events, and screens into its messages."""
