"""What Schemathesis can't know of the demo's world: who may call what, which ids and numbers are
somebody's, and whom the world can't lose. Nothing here makes a check weaker, but for the one
filter at the end, which says why.

SAMRAD_TOKENS is the demo's file of tokens. SAMRAD_FUZZ_AS is a role, or `fitting`: for each
operation one that may call it.
"""

import json
import os
import random
import urllib.request
from pathlib import Path

import jsonschema_rs
import schemathesis

TOLD = dict(
    line.split("=", 1)
    for line in Path(os.environ["SAMRAD_TOKENS"]).read_text().splitlines()
    if "=" in line
)
VARIABLE = {
    "administrator": "ADMINISTRATOR",
    "clinician": "CLINICIAN",
    "gp": "GP",
    "navAdviser": "NAV_ADVISER",
    "jobSpecialist": "JOB_SPECIALIST",
    "methodSupervisor": "METHOD_SUPERVISOR",
    "coordinator": "COORDINATOR",
    "employerContact": "EMPLOYER_CONTACT",
    "auditor": "AUDITOR",
    "privacyOfficer": "PRIVACY_OFFICER",
    "patient": "PATIENT",
    "guardian": "GUARDIAN",
    "system": "SYSTEM",
}
AS = os.environ.get("SAMRAD_FUZZ_AS", "fitting")

# Synthetic identity numbers with right check digits: no schema can tell what one is.
NUMBERS = ["10915596784", "14839402253", "02767101433"]


def ask(variable, path):
    request = urllib.request.Request(
        TOLD["SAMRAD"] + path, headers={"Authorization": f"Bearer {TOLD[variable]}"}
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


ME = {variable: ask(variable, "/me") for variable in VARIABLE.values()}
PERSONS = [me["id"] for me in ME.values() if me.get("id") and me.get("affiliations")]
AFFILIATIONS = [a["id"] for me in ME.values() for a in me.get("affiliations", [])]
UNITS = [a["unitId"] for me in ME.values() for a in me.get("affiliations", [])]
SYSTEMS = [me["id"] for me in ME.values() if me.get("kind") == "system" and me.get("id")]

# Fields whose values can be somebody's, and whose.
KNOWN = {
    "personId": PERSONS,
    "unitId": UNITS,
    "audienceUnitId": UNITS,
    "identityNumber": NUMBERS,
}
# Who acts in the world may not be taken out of it, or every later answer would be 403.
UNHARMED = {
    "unlinkIdentity": PERSONS,
    "endAffiliation": AFFILIATIONS,
    "endClient": SYSTEMS,
    # A second affiliation would have to be named in every request.
    "addAffiliation": PERSONS,
}


@schemathesis.auth(refresh_interval=None)
class Token:
    """The token of a role."""

    def get(self, case, context):
        role = AS
        if role == "fitting":
            roles = context.operation.definition.raw.get("x-samrad-roles", [])
            role = next((role for role in roles if role in VARIABLE), "clinician")
        return TOLD[VARIABLE[role]]

    def set(self, case, data, context):
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.deserializer("application/octet-stream")
def binary(context, response):
    return response.content.decode("latin-1")


@schemathesis.check
def every_line_is_an_entry(context, response, case):
    """An export is a stream, of which OpenAPI 3.1 can say only what a line is."""
    kind = response.headers.get("content-type", [""])[0]
    if case.operation.definition.raw.get("operationId") != "exportLog" or "ndjson" not in kind:
        return
    components = case.operation.schema.raw_schema["components"]
    entry = jsonschema_rs.validator_for({"$ref": "#/components/schemas/LogEntry", "components": components})
    for line in response.content.decode().splitlines():
        entry.validate(json.loads(line))


@schemathesis.hook
def map_headers(context, headers):
    """Nobody in the demo's world holds two affiliations, and a made-up one is nobody's: 403."""
    if headers and random.random() < 0.9:
        return {name: value for name, value in headers.items() if name.lower() != "samrad-affiliation"}
    return headers


@schemathesis.hook
def map_query(context, query):
    """A made-up cursor is no cursor: 400. Real ones come by the link `nextPage`."""
    if query and random.random() < 0.9:
        return {name: value for name, value in query.items() if name != "cursor"}
    return query


@schemathesis.hook
def map_body(context, body):
    """Half of the ids and numbers in a body become somebody's."""
    return known(body)


def known(value):
    if isinstance(value, dict):
        return {
            name: random.choice(KNOWN[name])
            if KNOWN.get(name) and isinstance(inner, str) and len(inner) in (11, 36) and random.random() < 0.5
            else known(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [known(inner) for inner in value]
    return value


@schemathesis.hook
def filter_case(context, case):
    unharmed = UNHARMED.get(case.operation.definition.raw.get("operationId"), [])
    return (case.path_parameters or {}).get("id") not in unharmed


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Dropped: a valid-looking `cursor` that is refused. It is opaque and bound to caller and
    question, so that no schema tells a real one from a made-up one; 400 is its documented answer."""
    if failure.__class__.__name__ != "RejectedPositiveData":
        return True
    try:
        faults = response.json().get("errors", [])
    except ValueError:
        return True
    return not (faults and all(fault["code"] == "cursor" for fault in faults))
