"""The APIs of senders: what a thin delivery leaves out is read there, with the owner's own token."""
