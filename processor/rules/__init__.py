"""From the text of rules.yaml to rules that can be matched, with every fault and its place."""
