#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# conf/pod.schema.json describes what the plugin writes: no less, and nothing else.
# usage: schema.sh PODFILE-PRINT
# shellcheck source=../../tap.sh
. "$(dirname "$0")/../../tap.sh"

print=${1:?which program prints the samples?}
schema=${SOURCE_ROOT:?}/conf/pod.schema.json

python=
for p in python3 /usr/bin/python3; do
	if "$p" -c 'import jsonschema' 2>/dev/null; then
		python=$p
		break
	fi
done
[ -n "$python" ] || t_skip_all 'needs python3-jsonschema'

t_tmpdir
cat >"$T_TMP/validate.py" <<'PY'
import json, sys
import jsonschema

schema = json.load(open(sys.argv[1]))
validator = jsonschema.validators.validator_for(schema, default=None)
if validator is None:
    sys.exit("the schema does not name its $schema")
validator.check_schema(schema)
for path in sys.argv[2:]:
    errors = validator(schema).iter_errors(json.load(open(path)))
    said = sorted("%s: %s" % ("/".join(map(str, e.absolute_path)), e.message) for e in errors)
    print(path.split("/")[-1], "refused: " + "; ".join(said) if said else "taken")
PY

# Every path of keys, lists as [] and the names of containers as *: of a document, of the schema.
cat >"$T_TMP/paths.py" <<'PY'
import json, sys

def document(v, at):
    if isinstance(v, dict):
        for k, x in v.items():
            here = at + "." + ("*" if at == ".containers" else k)
            print(here)
            document(x, here)
    elif isinstance(v, list):
        for x in v:
            document(x, at + "[]")

def described(s, at):
    while "$ref" in s:
        where = root
        for step in s["$ref"].lstrip("#/").split("/"):
            where = where[step]
        s = where
    for k, x in s.get("properties", {}).items():
        print(at + "." + k)
        described(x, at + "." + k)
    for part in ("additionalProperties", "patternProperties"):
        x = s.get(part)
        for y in x.values() if part == "patternProperties" and x else [x]:
            if isinstance(y, dict) and at == ".containers":
                print(at + ".*")
                described(y, at + ".*")
    if isinstance(s.get("items"), dict):
        described(s["items"], at + "[]")

root = json.load(open(sys.argv[2]))
(document if sys.argv[1] == "document" else described)(root, "")
PY

# NAME VERDICT DOCUMENT: noted now, judged all at once (a Python start is slow).
names=() verdicts=()
expect() {
	names+=("$1: $2")
	verdicts+=("$2")
	cat >"$T_TMP/doc${#names[@]}"
}

bad() { # NAME JQ-FILTER
	expect "$1" refused < <(jq "$2" "$T_TMP/full.json")
}

for sample in empty minimal full limits; do
	t_need "print $sample" "$print" "$sample"
	printf '%s\n' "$T_OUT" >"$T_TMP/$sample.json"
	expect "the sample $sample" taken <"$T_TMP/$sample.json"
done

# The full sample holds every member there is.
t_is 'the schema describes every member, and none that is never written' \
	"$("$python" "$T_TMP/paths.py" schema "$schema" | sort -u)" \
	"$("$python" "$T_TMP/paths.py" document "$T_TMP/full.json" | sort -u)"

bad 'a list' '[.]'
bad 'no version' 'del(.version)'
bad 'a newer major version' '.version = "2.0"'
bad 'a version that is a number' '.version = 1.0'
bad 'no interfaces' 'del(.interfaces)'
bad 'an interface without a name' 'del(.interfaces[0].name)'
bad 'an interface without a mode' 'del(.interfaces[0].mode)'
bad 'a name of 16 bytes' '.interfaces[0].name = "sixteen-bytes-16"'
bad 'an unknown mode' '.interfaces[0].mode = "uio"'
bad 'a PCI address that is none' '.interfaces[0].pciAddress = "eth0"'
bad 'VLAN 4095' '.interfaces[0].vlan = 4095'
bad 'a negative VF' '.interfaces[0].vf = -1'
bad 'an MTU that is text' '.interfaces[0].mtu = "1500"'
bad 'addresses that are no list' '.interfaces[0].ips = "192.0.2.1/24"'
bad 'containers in a list' '.containers = []'
bad 'memory without a type' 'del(.containers.router.memory[0].type)'
bad 'a NUMA node that is text' '.containers.router.memory[0].numaNodes = ["0"]'

# Readers ignore what they do not know; so does the schema.
expect 'unknown fields of a later minor version' taken < <(
	jq '.new = 1 | .pod.new = 1 | .node.new = 1 | .interfaces[0].new = 1 |
		.containers.router.new = 1 | .containers.router.memory[0].new = 1 |
		.version = "1.9"' "$T_TMP/full.json"
)

docs=()
for ((i = 1; i <= ${#names[@]}; i++)); do
	docs+=("$T_TMP/doc$i")
done
t_need 'validate' "$python" "$T_TMP/validate.py" "$schema" "${docs[@]}"
for ((i = 1; i <= ${#names[@]}; i++)); do
	t_like "${names[i - 1]}" "$(grep "^doc$i " <<<"$T_OUT")" " ${verdicts[i - 1]}"
done

t_done
