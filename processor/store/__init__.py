"""The truth: deliveries, events and contacts in Valkey or Redis; each decision is one atomic script."""
