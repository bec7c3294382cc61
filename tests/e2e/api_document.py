"""The interface descriptions in docs/, with validators for what a live daemon says."""

import json
from pathlib import Path

from jsonschema import Draft202012Validator

DOCS = Path(__file__).resolve().parents[2] / "docs"


def load(name):
    return json.loads((DOCS / f"{name}.json").read_text())


def references(node):
    """Every $ref of a document."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        node = list(node.values())
    if isinstance(node, list):
        for one in node:
            yield from references(one)


def resolve(document, reference):
    assert reference.startswith("#/"), f"{reference} leads out of the document"
    node = document
    for part in reference[2:].split("/"):
        node = node[part.replace("~1", "/").replace("~0", "~")]
    return node


def validator(document, schema):
    """Of a schema that may refer to the document's components."""
    whole = {**schema, "components": document["components"]}
    Draft202012Validator.check_schema(whole)
    return Draft202012Validator(whole)


def http_answer(document, method, path, status, content_type="application/json"):
    """A validator for the body of an answer, by the path as the document has it."""
    response = document["paths"][path][method.lower()]["responses"][str(status)]
    if "$ref" in response:
        response = resolve(document, response["$ref"])
    return validator(document, response["content"][content_type]["schema"])


def complaints(checker, value):
    return [f"{'/'.join(map(str, error.absolute_path)) or 'it'}: {error.message}" for error in checker.iter_errors(value)]
