#!/bin/bash
# The prompt in a real terminal (tmux): statements over several lines, Ctrl-C, wide characters, another
# size of the terminal, a server that goes away, the history, jobs.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/integration/connect.sh
. "$(dirname "$0")/connect.sh"

command -v tmux >/dev/null || skip_all 'tmux is missing: scripts/packages test'
start --mysql-endpoint-port 3306 --postgres-endpoint-port 5432

state=$tmp/home/.local/state/rdspass
history=$state/history

# --- a person at a terminal ------------------------------------------------------------

echo 'set -g history-limit 0' >"$tmp/tmux.conf" # what was wiped is not to come back
screens=0 # each has a tmux of its own: one that ends is still there for a moment
terminal() { tmux -u -S "$tmp/tmux$screens" -f "$tmp/tmux.conf" "$@"; }
at_exit 'terminal kill-server 2>/dev/null'
screen() { terminal capture-pane -p; }
field() { terminal display-message -p "#{$1}"; }

keys() { terminal send-keys "$@"; }
# A semicolon at the end would be tmux's.
write() { terminal send-keys -l -- "${1%;}$(case $1 in *\;) echo '\;' ;; esac)"; }
type_line() { write "$1" && keys Enter; }

shows() { screen | grep -Eq -e "$1"; }
ends_with() { screen | grep . | tail -n 1 | grep -Eqx -e "$1"; } # the last line that has something
sees() { # NAME REGEX: of a line that comes to the screen
    if eventually shows "$2"; then
        tap_result 0 "$1"
    else
        tap_result 1 "$1" || diag "wanted: $2
$(screen)"
    fi
}
asks() { # NAME PROMPT: it is waited for a line, with this prompt
    if eventually ends_with "$2"; then
        tap_result 0 "$1"
    else
        tap_result 1 "$1" || diag "wanted: $2
$(screen)"
    fi
}
wipe() { # the screen, at an empty line
    keys C-l
    eventually alone || bail_out "the screen cannot be wiped: $(screen)"
}
alone() { test "$(screen | grep -c .)" = 1; }

# A shell at a terminal of 80 columns, and rdspass in it.
open_terminal() { # [ARG…]
    set_against=(TERM=screen)
    as_connect "$@"
    { printf 'exec' && printf ' %q' "${command[@]}"; } >"$tmp/go"
    test $screens = 0 || terminal kill-server 2>/dev/null
    screens=$((screens + 1))
    terminal new-session -d -x 80 -y 24 "env PS1='sh$ ' sh -i"
    eventually ends_with 'sh\$' || bail_out "no shell: $(screen)"
    type_line "bash $tmp/go"
}

# The client in the terminal.
client() { process_of "$(field pane_pid)" "rdspass-$engine"; }

# --- PostgreSQL ------------------------------------------------------------------------

reach postgres
open_terminal
sees 'a session begins with what is there' '^PostgreSQL [0-9].*at '
asks 'and asks for a statement' 'orders>'
is 'the history is for the user alone' "$(stat -c %a "$state" "$history" | tr '\n' ' ')" '700 600 '

wipe
type_line "select 'a"
asks 'an open quote is shown' " +'>"
type_line "b' as first,"
asks '  and that a statement goes on' ' +->'
type_line '(1 +'
asks '  and a parenthesis' ' +\(>'
type_line '41) as second;'
sees 'a statement over several lines runs' '^\| a\\nb +\| +42 \|$'
asks '  once' 'orders>'
wipe
keys Up
sees 'it comes back as a whole' "^orders> select 'a$"
sees '  with all of its lines' '^41\) as second;$'
keys BSpace
write ', 7 as third;'
keys Enter
sees '  and can be changed' '^\| a\\nb +\| +42 \| +7 \|$'

wipe
write 'select 1 from ('
keys Left C-c
sees 'Ctrl-C shows what it drops' '^orders> select 1 from \(\^C$'
type_line 'select 41 +'
asks 'a line is typed' ' +->'
keys C-c
type_line 'select 40 + 4; select 50 + 5'
sees '  and dropped, too: the next statement runs' '^\| +44 \|$'
asks '  and what stands behind it waits' ' +->'
type_line ';'
sees '  for its end' '^\| +55 \|$'

wipe
write "select 'ä日本語x'"
sees 'wide characters are shown' "^orders> select 'ä日本語x'$"
is '  and two columns wide' "$(field cursor_x)" 25
keys Left Left BSpace End
write ' as 漢字;'
keys Enter
sees '  moved over, and taken away' '^\| ä日本x \|$'
sees '  and come back from the server so' '^\| 漢字   \|$'

wipe
type_line 'select 1,
x form orders;'
sees 'an error has its place' '^ERROR 42601: syntax error at or near "orders"'
sees '  its line' '^LINE 2: x form orders$'
sees '  and a mark' '^ {15}\^$'
type_line 'begin;'
asks 'a transaction is shown' 'orders\*>'
type_line 'select 1/0;'
asks '  and one that failed' 'orders!>'
type_line 'rollback;'
asks '  and its end' 'orders>'

# Where the terminal breaks the line (never at a blank here, which it would not show) is another place for each width; its text stays the same.
wipe
long="select 'a line that is longer than the terminal is wide, 日本語, and goes on', 1, 2, 3"
write "$long"
same_line() { test "$(terminal capture-pane -p -J | sed 's/ *$//')" = "orders> $long"; }
for width in 50 80 120 44; do
    terminal resize-window -x $width -y 24
    ok "a line in a terminal that is now $width columns wide" eventually same_line
done
keys C-a
write '!'
sees '  and is edited in its place' "^orders> !select 'a line that is longer t"
keys C-c
terminal resize-window -x 80 -y 24
asks '  up to Ctrl-C' 'orders>'

wipe
type_line 'select pg_backend_pid() as me \g'
sees 'a session has a number' '^\| +[0-9]+ \|$'
me=$(screen | sed -nE 's/^\| +([0-9]+) \|$/\1/p')
type_line "select pg_sleep(600); select 'behind' || ' it';"
ok 'a statement runs' eventually running 'select pg_sleep(600)' 1
keys C-c
sees 'Ctrl-C cancels it at the server' 'ERROR 57014: canceling statement due to user request'
ok '  where it runs no longer' eventually running 'select pg_sleep(600)' 0
asks '  and the prompt comes again' 'orders>'
ok '  what stood behind it has not run' ! shows 'behind it'
wipe
type_line 'select pg_backend_pid() as me;'
sees '  in the same session' "^\| +$me \|$"

wipe
type_line 'create temp table pairs (a int, b text);'
type_line 'copy pairs from stdin;'
asks 'data are asked for' '>>'
type_line $'1\tone'
keys C-c
sees '  and dropped by Ctrl-C' '^the COPY is cancelled'
type_line 'copy pairs from stdin;'
type_line $'2\ttwo'
type_line '\.'
sees '  and taken' '^COPY 1$'
type_line 'table pairs;'
sees '  as they are' '^\| 2 \| two \|$'
ok '  and no others' ! shows 'one +\|'

wipe
type_line '\format csv'
type_line "select 'a,b' as x, null as y;"
sees 'another format' '^"a,b",$'
type_line 'select 1 as one\G'
sees 'one row, a line a column' '^one: 1$'
type_line '\timing'
type_line 'select 2 as two;'
sees 'the time is shown' '^Time: [0-9]+\.[0-9]{3} ms$'
type_line '\d orders'
sees 'a command of psql gets a hint' '^hint: rdspass exec TARGET -- psql'
type_line '\conninfo'
sees 'the connection is shown: who' '^Signed by: '
sees '  how' '^TLS: TLSv1\.[23], '
type_line '\?'
sees 'and what there is' '^\\conninfo '

wipe
mark
admin -c "SELECT pg_terminate_backend($me)" >"$tmp/null"
type_line "select 8; select 9 || 'nine';"
sees 'a lost connection is told' "^connection to ${host:0:40}"
asks '  and shown' 'orders\?>'
ok '  what stood behind the statement has not run' ! shows 9nine
type_line 'select 60 + 6 as x;'
sees 'the next statement opens another' '^connected again to .*$'
sees '  and says what is gone' 'settings of the session before are gone'
sees '  and runs' '^66$'
ok '  with a fresh token' logged postgres "$user" allow

wipe
write 'select 70 +'
keys C-z
asks 'Ctrl-Z stops it' 'sh\$'
type_line 'stty -a | grep -o "[-]*icanon"; fg'
sees '  with the terminal as it was' '^icanon$'
asks '  to go on where it was' 'orders> select 70 \+'
type_line '7;'
sees '  with what was typed' '^77$'

write 'not run'
kill -TERM "$(client)"
asks 'SIGTERM ends it' 'sh\$'
type_line 'clear; stty -a | grep -o "[-]*icanon"'
sees '  with the terminal as it was' '^icanon$'
nothing_left '  and nothing is left'

# --- a server that has become silent -----------------------------------------------------

waits() { ends_with 'orders\?> select 9;' && test "$(field cursor_x)" = 0; }
interrupt() { keys C-c && shows 'not connected again: interrupted$'; }
for server in postgres mysql; do
    reach $server
    via=127.0.0.1:$(unsteady "$dial" 1 1000 stall) # the first connection passes, and no other one
    open_terminal --no-history --connect-timeout 300
    asks "$server: a session" 'orders>'
    case $server in
    postgres) type_line 'select pg_terminate_backend(pg_backend_pid());' ;;
    mysql) type_line 'kill connection_id();' ;;
    esac
    asks '  that is lost' 'orders\?>'
    type_line 'select 9;'
    ok '  and not to be had again' eventually waits
    ok '  Ctrl-C ends the wait for it' eventually interrupt
    asks '  and the prompt comes again' 'orders\?>'
    type_line '\q'
    asks '  to be left' 'sh\$'
    nothing_left '  with nothing behind it'
done
reach postgres

# --- the history -------------------------------------------------------------------------

secrets="create user x password 'geheim'; ALTER USER x IDENTIFIED BY 'geheim';"
open_terminal
asks 'another session' 'orders>'
keys Up
asks 'knows what was run in the one before' 'orders> select 70 \+7;'
keys C-c
type_line "$secrets"
asks '  but not passwords' 'orders>'
type_line 'select 3 as last;'
sees 'a statement runs' '^\| +3 \|$'
keys C-d
asks 'Ctrl-D leaves' 'sh\$'
type_line 'echo "ended with $?"'
sees '  without an error' '^ended with 0$'
nothing_left '  and nothing is left'
open_terminal --no-history
asks 'a third session' 'orders>'
type_line 'select pg_sleep(5);'
ok 'a statement runs' eventually running 'select pg_sleep(5)' 1
keys C-d
# shellcheck disable=SC2016 # for the inner shell
type_line 'echo "then ended with $?"'
sees '  Ctrl-D that is typed meanwhile leaves, and what stands behind it is for the shell' \
    '^(sh\$ )?then ended with 0$'
is 'the last statement is the last of the file' "$(tail -n 1 "$history")" 'select 3 as last;'
ok '  which has statements of several lines as one' grep -qF "select 'a\\nb' as first,\\n(1 +\\n41) as second;" "$history"
ok '  and no password' ! grep -qi geheim "$history"

sum=$(cksum <"$history")
open_terminal --no-history
asks 'without a history' 'orders>'
type_line 'select 4 as unseen;'
sees 'a statement runs' '^\| +4 \|$'
type_line 'quit'
asks 'a word leaves as well' 'sh\$'
is '  and the history is as it was' "$(cksum <"$history")" "$sum"

mv "$history" "$tmp/elsewhere"
ln -s "$tmp/elsewhere" "$history"
open_terminal
sees 'a link is not followed' '^no history: '
asks '  but the session is there' 'orders>'
keys C-d
asks '  and ends' 'sh\$'
rm "$history"

# --- MySQL -------------------------------------------------------------------------------

reach mysql
open_terminal
asks 'MySQL asks for a statement' 'orders>'
type_line 'use information_schema'
asks 'another database is shown' 'information_schema>'
type_line 'use orders;'
asks '  and the first one again' 'orders>'
type_line 'start transaction; select connection_id() as me;'
asks 'a transaction is shown' 'orders\*>'
me=$(screen | sed -nE 's/^\| +([0-9]+) \|$/\1/p')
type_line "select 'a"
asks 'an open quote is shown' " +'>"
type_line "' as \`日本語\`\\G"
sees '  and a statement runs, a line a column' '^日本語: a$'

wipe
type_line 'select sleep(600);'
ok 'a statement runs' eventually running 'select sleep(600)' 1
keys C-c
sees 'Ctrl-C cancels it at the server' 'Query execution was interrupted|^\| +1 \|$'
ok '  where it runs no longer' eventually running 'select sleep(600)' 0
asks '  and the prompt comes again' 'orders\*>'
type_line 'source x.sql'
sees 'a command of mysql gets a hint' '^hint: rdspass exec TARGET -- mysql'

wipe
mark
admin -e "KILL $me"
type_line 'select 8;'
sees 'a lost connection is told' "^connection to ${host:0:40}"
type_line 'select 60 + 6 as x;'
sees 'the next statement opens another' '^connected again to '
sees '  and runs' '^\| 66 \|$'
asks '  without the transaction' 'orders>'
ok '  with a fresh token' logged mysql "$user" allow
type_line 'exit;'
asks 'a word leaves' 'sh\$'
nothing_left '  and nothing is left'

done_testing
