# SPDX-License-Identifier: Apache-2.0
"""Protobuf's wire format, as far as the tests' gRPC programs need it: no generated code, no compiler.

A message is a table, field -> (number, type). A type is str, int, bool, or another message; [type] is
repeated, {} a map of strings.
"""

ENTRY = {"key": (1, str), "value": (2, str)}


def varint(n):
    out = bytearray()
    n &= (1 << 64) - 1
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    return bytes(out) + bytes([n])


def encode_one(number, kind, value):
    if kind in (int, bool):
        return varint(number << 3) + varint(int(value))
    body = value.encode() if kind is str else encode(kind, value)
    return varint(number << 3 | 2) + varint(len(body)) + body


def encode(message, values):
    out = b""
    for name, value in values.items():
        number, kind = message[name]
        if kind == {}:
            value, kind = [{"key": k, "value": v} for k, v in value.items()], [ENTRY]
        if isinstance(kind, list):
            out += b"".join(encode_one(number, kind[0], v) for v in value)
        else:
            out += encode_one(number, kind, value)
    return out


def read_varint(data, at):
    n = shift = 0
    while True:
        n |= (data[at] & 127) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 128:
            return n, at


def fields(data):
    at = 0
    while at < len(data):
        key, at = read_varint(data, at)
        if key & 7 == 0:
            value, at = read_varint(data, at)
        else:
            size, at = {1: (8, at), 5: (4, at)}[key & 7] if key & 7 != 2 else read_varint(data, at)
            value, at = data[at:at + size], at + size
        yield key >> 3, value


def decode(message, data):
    known = {number: (name, kind) for name, (number, kind) in message.items()}
    # What the sender leaves out has its default: that is no difference to a reader.
    out = {name: kind() if isinstance(kind, type) else type(kind)()
           for name, (_, kind) in message.items()}
    for number, value in fields(data):
        name, kind = known.get(number, (None, None))
        if name is None:
            continue
        one = kind[0] if isinstance(kind, list) else kind
        if kind == {}:
            entry = decode(ENTRY, value)
            out[name][entry["key"]] = entry["value"]
            continue
        if one is str:
            value = value.decode(errors="replace")
        elif one not in (int, bool):
            value = decode(one, value)
        else:
            value = one(value)
        if isinstance(kind, list):
            out[name].append(value)
        else:
            out[name] = value
    return out
