"""JSON Schemas of rules.yaml and of a file of examples for editors, made from the compiler's own tables."""

from processor.rules.schema.written import FILES, examples_schema, rules_schema, schema_text

__all__ = ["FILES", "examples_schema", "rules_schema", "schema_text"]
