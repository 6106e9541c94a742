# What is said of the JSON of doctor: sourced behind tests/cli/lib.sh or tests/integration/lib.sh.
#
#   valid NAME                   passes where $out is JSON as docs/doctor.schema.json has it
#   verdicts                     the steps of $out, a word each: "config=ok endpoint=ok ..."
#   step NAME MEMBER…            members of a step: step dns seen.names.0 summary
# shellcheck shell=bash disable=SC2154

valid() {
    local fault
    fault=$(/usr/bin/python3 -I -W ignore - "$top/docs/doctor.schema.json" "$tmp/out" <<'END_OF_PYTHON' 2>&1
import json, sys
import jsonschema
schema, report = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:])
kind = jsonschema.validators.validator_for(schema)
kind.check_schema(schema)
for error in kind(schema).iter_errors(report):
    print("/".join(map(str, error.absolute_path)) + ":", error.message[:300])
END_OF_PYTHON
    )
    tap_result "$(test -z "$fault"; echo $?)" "$1" || diag "$fault
$(head -c 2000 "$tmp/out")"
}

verdicts() {
    python3 -I -c '
import json, sys
print(*(step["step"] + "=" + step["verdict"] for step in json.load(open(sys.argv[1]))["steps"]))
' "$tmp/out"
}

step() {
    python3 -I -c '
import functools, json, sys
steps = json.load(open(sys.argv[1], encoding="utf-8"))["steps"]
found = next(step for step in steps if step["step"] == sys.argv[2])
values = [functools.reduce(lambda part, key: part[int(key) if key.isdigit() else key],
                           name.split("."), found) for name in sys.argv[3:]]
print(*("null" if value is None else value for value in values))
' "$tmp/out" "$@"
}
