"""Forms of JSON, to hold an output against a standard whose schema is not in this tree.

A form is a function of a value and its place, and yields what is wrong. An object is
closed: a member that is not named is wrong, as "additionalProperties": false has it.
"""

import re


def is_text(pattern=None):
    def form(value, place):
        if not isinstance(value, str):
            yield f"{place}: no text"
        elif pattern and not re.fullmatch(pattern, value, re.S):
            yield f"{place}: {value!r} is not {pattern}"
    return form


def is_one_of(*choices):
    def form(value, place):
        if value not in choices:
            yield f"{place}: {value!r} is none of {choices}"
    return form


def is_number(least):
    def form(value, place):
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            yield f"{place}: {value!r} is no number from {least} on"
    return form


def is_list(item, least=0, unique=False):
    def form(value, place):
        if not isinstance(value, list):
            yield f"{place}: no list"
            return
        if len(value) < least:
            yield f"{place}: fewer than {least}"
        if unique and any(one in value[:i] for i, one in enumerate(value)):
            yield f"{place}: an item stands twice"
        for i, one in enumerate(value):
            yield from item(one, f"{place}[{i}]")
    return form


def is_object(required=(), one_of=(), **members):
    def form(value, place):
        if not isinstance(value, dict):
            yield f"{place}: no object"
            return
        for name in required:
            if name not in value:
                yield f"{place}: {name} is missing"
        if one_of and not any(name in value for name in one_of):
            yield f"{place}: none of {one_of}"
        for name, one in value.items():
            if name not in members:
                yield f"{place}: {name} is no member"
            else:
                yield from members[name](one, f"{place}.{name}")
    return form


def is_mapping(item, names=".*"):
    """An object whose members' names are free."""
    def form(value, place):
        if not isinstance(value, dict):
            yield f"{place}: no object"
            return
        for name, one in value.items():
            if not re.fullmatch(names, name):
                yield f"{place}: {name} is not {names}"
            yield from item(one, f"{place}.{name}")
    return form


def is_anything(_value, _place):
    return iter(())


def nodes(value):
    """Every object in it, itself first."""
    if isinstance(value, dict):
        yield value
    for one in value.values() if isinstance(value, dict) else value:
        if isinstance(one, (dict, list)):
            yield from nodes(one)


def spoil(value):
    """Copies of it with one thing wrong each: a member renamed, a text that is none. What
    a form does not complain of, it does not hold."""
    import copy
    count = sum(1 for _ in nodes(value))
    for i in range(count):
        for name in list(next(n for j, n in enumerate(nodes(value)) if j == i)):
            for wrong in ("renamed", "retyped"):
                spoilt = copy.deepcopy(value)
                node = next(n for j, n in enumerate(nodes(spoilt)) if j == i)
                one = node.pop(name)
                if wrong == "renamed":
                    node[name + "s"] = one
                else:
                    node[name] = [one] if not isinstance(one, list) else 7
                yield f"{name} {wrong}", spoilt
