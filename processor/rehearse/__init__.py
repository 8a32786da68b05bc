"""What a draft of the rules would have made of deliveries that came, beside the published rules. Pure."""
