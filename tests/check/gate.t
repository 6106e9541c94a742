#!/bin/bash
# tests/integration/gate_hostile.t with many more of everything: faults at more bytes of a login, 5,000
# sessions at once, and what each of them costs.

RP_FAULTS=100 RP_SESSIONS=5000 RP_LOGINS=2000 RP_KIB_EACH=40 \
    exec "$(dirname "$0")/../integration/gate_hostile.t"
