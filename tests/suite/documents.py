"""Documents that ask for everything below a root field, with values that can be taken.

Ids are variables, so that everybody asks the same document and it is validated once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from uuid import UUID, uuid4

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    get_named_type,
    is_required_argument,
    is_required_input_field,
)

SCALARS = {"String": '"x"', "Int": "1", "Boolean": "true", "Date": '"2026-11-02"'}
# What an `id` names, by the field that takes it.
NAMED_ID = {
    "family": "family",
    "mentor": "mentor",
    "lendingAgreement": "lending",
    "moveLending": "lending",
    "supportRequest": "request",
    "run": "run",
    "acceptSwap": "run",
    "cancelRun": "run",
    "proposal": "sent",
    "proposalToAnswer": "sent",
    "concern": "concern",
    "myNotice": "notice",
    "familyInEmergency": "emergency",
    "endEmergency": "emergency",
    "erasure": "erasure",
    "moveErasure": "erasure",
    "moveOverride": "override",
    "answerProposal": "sent",
    "answerProposalFor": "sent",
    "liftPairRule": "rule",
    "changeEligibilityRule": "eligibilityRule",
    "eligibilityRule": "eligibilityRule",
    "moveCallBack": "callBack",
    "endRole": "role",
    "reissueInvitation": "invitation",
    "revokeInvitation": "invitation",
    "readProposal": "suggested",
    "withdrawProposal": "sent",
    "event": "event",
    "sitting": "sitting",
    "offering": "offering",
    "booking": "booking",
    "keepApart": "booking",
    "charge": "charge",
    "invite": "invite",
    "waitingEntry": "entry",
    "groupMembership": "membership",
    "peerGroup": "group",
}
# What another argument's id names, where that is not its own name.
ARGUMENT_ID = {
    "about": "family",
    "events": "event",
    "families": "family",
    "ids": "suggested",
    "instead": "sitting",
    "other": "family",
    "proposal": "suggested",
    "subject": "family",
    "worker": "family",
}
# Values that can be taken as they are, so that it is who asks that decides.
VALUES = {
    "at": '"2027-03-01T18:30"',
    "time": '"18:30"',
    "address": '"new@example.org"',
    "closes": '"17:00"',
    "fromTime": '"09:30"',
    "untilTime": '"12:00"',
    "code": '"ATV"',
    "languages": "[ENGLISH]",
    "on": '"2026-11-20"',
    "partner": '"OAWY"',
    "opens": '"08:30"',
    "reason": '"A reason"',
    "search": '"ana"',
    "settings": '[{name: "still_waiting_days", value: "21"}]',
    "to": "ORDER_GRANTED",
    "topic": '"W1"',
    "typed": '"OX4"',
    "typedOutcode": '"OX4"',
}
# Of one instant, in no order that stays: the page has to hold all of it.
WHOLE = {("eventsAudit", "first"): "100"}
MOVES = {
    "MentorMove": "PAUSE",
    "ConcernMove": "SEE",
    "RequestMove": "WITHDRAW",
    "ErasureMove": "AGREE",
}
DEPTH = 4
KEY = "key"
VARIABLE = re.compile(r"\$(\w+)")

Ids = Mapping[str, UUID]


def change(name: str, field: GraphQLField) -> str:
    asked = f"{name}({arguments(name, field)})"
    return f"mutation {declared(asked)} {{ answer: {asked} {{ ... on Refusal {{ code }} }} }}"


def question(name: str, field: GraphQLField, depth: int = DEPTH) -> str:
    """The root field with everything that can be chosen below it, so many levels down."""
    given = arguments(name, field)
    chosen = " ".join(selection(field.type, (), depth))
    return f"query {declared(given)} {{ answer: {name}{f'({given})' if given else ''} {chosen} }}"


def variables(ids: Ids) -> dict[str, str]:
    """Every id by its name, and a key that has not been used."""
    return {**{name: str(one) for name, one in ids.items()}, KEY: str(uuid4())}


def declared(given: str) -> str:
    """The variables that the arguments name, each with its type."""
    kinds = {name: "UUID!" if name == KEY else "ID!" for name in VARIABLE.findall(given)}
    return f"({', '.join(f'${name}: {kind}' for name, kind in kinds.items())})" if kinds else ""


def arguments(name: str, field: GraphQLField) -> str:
    """What must be given, and every id that may be."""
    return ", ".join(
        f"{key}: {literal(argument.type, (name, key))}"
        for key, argument in field.args.items()
        if is_required_argument(argument) or str(argument.type) == "ID" or (name, key) in WHOLE
    )


def selection(kind: GraphQLOutputType, path: tuple[str, ...], depth: int) -> Iterator[str]:
    """Every field below a type, without going round in circles."""
    below = get_named_type(kind)
    if not isinstance(below, GraphQLObjectType):
        return
    yield "{ __typename"
    for name, field in below.fields.items():
        target = get_named_type(field.type)
        if any(map(is_required_argument, field.args.values())):
            continue
        if not isinstance(target, GraphQLObjectType):
            yield name
        elif depth and target.name not in path:
            yield name
            yield from selection(field.type, (*path, below.name), depth - 1)
    yield "}"


def literal(kind: GraphQLInputType, path: tuple[str, str]) -> str:
    field, name = path
    if path in WHOLE:
        return WHOLE[path]
    if name in VALUES:
        return VALUES[name]
    if isinstance(kind, GraphQLNonNull):
        return literal(kind.of_type, path)
    if isinstance(kind, GraphQLList):
        return f"[{literal(kind.of_type, path)}]"
    if isinstance(kind, GraphQLInputObjectType):
        whole = (
            f"{key}: {literal(one.type, (field, key))}"
            for key, one in kind.fields.items()
            if is_required_input_field(one) or is_adult(key, one)
        )
        return f"{{{', '.join(whole)}}}"
    return leaf(kind, path)


def leaf(kind: GraphQLInputType, path: tuple[str, str]) -> str:
    one = get_named_type(kind)
    if isinstance(one, GraphQLEnumType):
        return MOVES.get(one.name) or str(next(iter(one.values)))
    if one.name == "ID":
        return f"${id_name(*path)}"
    return f"${KEY}" if one.name == "UUID" else SCALARS[one.name]


def id_name(field: str, argument: str) -> str:
    """Which thing's id an argument takes; a new field that takes an `id` says it above."""
    return NAMED_ID[field] if argument == "id" else ARGUMENT_ID.get(argument, argument)


def is_adult(key: str, field: GraphQLInputField) -> bool:
    """For whom a mentor is asked: optional, and an id all the same."""
    return key == "adult" and str(field.type) == "ID"


def takes_an_id(field: GraphQLField) -> bool:
    def holds(kind: GraphQLInputType) -> bool:
        one = get_named_type(kind)
        if isinstance(one, GraphQLInputObjectType):
            return any(is_adult(key, below) for key, below in one.fields.items())
        return one.name == "ID"

    return any(holds(argument.type) for argument in field.args.values())
