#!/bin/sh
# The docs say what the program does: options, exit codes, variables and keys in the man pages,
# completions, links, and every example, which is run with programs that do nothing around rdspass.
# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"

program=$build/rdspass
case $program in /*) ;; *) program=$top/$program ;; esac
tables=$tmp/tables
"$program" help -- --tables >"$tables" || bail_out "$program prints no tables"
tab=$(printf '\t')
commands=$(awk -F "$tab" '$1 == "command" { print $2 }' "$tables")

same() { # NAME LEFT-WORDS LEFT RIGHT-WORDS RIGHT: files of lines that must hold the same
    sort -u "$3" >"$tmp/left"
    sort -u "$5" >"$tmp/right"
    clean "$1" "$(comm -23 "$tmp/left" "$tmp/right" | sed "s|^|only in $2: |"
        comm -13 "$tmp/left" "$tmp/right" | sed "s|^|only in $4: |")"
}
section() { # NAME PAGE: the lines of a section
    awk -v name="$1" '/^[.]Sh / { inside = substr($0, 5) == name; next } inside' "$2"
}

# --- options ---

program_options() { # COMMAND: as they are typed
    awk -F "$tab" -v command="$1" '$1 == "option" && $2 == command {
        print "--" $3
        if ($4 != "") print "--" $4
        for (i = 1; i <= length($5); i++) print "-" substr($5, i, 1)
    }' "$tables"
}
page_options() { # PAGE
    awk '/^[.]It Fl / {
        for (i = 2; i <= NF; i++) {
            if ($i != "Fl") continue
            dashes = "-"
            if ($(i + 1) == "Fl") { dashes = "--"; i++ }
            name = $(++i)
            sub(/^\\&/, "", name)
            print dashes name
        }
    }' "$1"
}
# Each value stands in the paragraph of its option, or has one of its own.
values_without_word() { # COMMAND PAGE
    awk -F "$tab" -v command="$1" '$1 == "option" && $2 == command && $7 != "" { print $3, $7 }' "$tables" |
        while read -r option values; do
            awk -v option="Fl Fl $option" '
                /^[.](It|El)/ { inside = index($0 " ", option " ") }
                inside || /^[.]It Cm / { print $0 " " }' "$2" >"$tmp/paragraph"
            for value in $values; do
                grep -qF "Cm $value " "$tmp/paragraph" || echo "--$option: $2 does not have $value"
            done
        done
}

for command in $commands; do
    page=docs/man/rdspass-$command.1
    clean "$command has a page" "$([ -f "$page" ] || echo "there is no $page")"
    [ -f "$page" ] || continue
    program_options "$command" >"$tmp/program"
    page_options "$page" >"$tmp/page"
    same "$command has the options of its page" 'the program' "$tmp/program" "$page" "$tmp/page"
    clean "the page of $command has the values of its options" "$(values_without_word "$command" "$page")"
done
program_options help >"$tmp/program"
page_options docs/man/rdspass.1 >"$tmp/page"
same 'rdspass.1 has the options of every command' 'the program' "$tmp/program" rdspass.1 "$tmp/page"

echo "$commands" >"$tmp/program"
find docs/man -name 'rdspass-*.1' | sed 's|.*/rdspass-\(.*\)[.]1|\1|' >"$tmp/page"
same 'each page is of a command' 'the program' "$tmp/program" docs/man "$tmp/page"
section DESCRIPTION docs/man/rdspass.1 | sed -n 's/^[.]It Cm \([a-z]*\)$/\1/p' >"$tmp/page"
same 'rdspass.1 lists the commands' 'the program' "$tmp/program" rdspass.1 "$tmp/page"

# --- exit codes, variables, keys ---

awk -F "$tab" '$1 == "exit" { print $2 }' "$tables" >"$tmp/program"
section 'EXIT STATUS' docs/man/rdspass.1 >"$tmp/exits"
sed -n 's/^[.]It \([0-9]*\)$/\1/p' "$tmp/exits" >"$tmp/page"
same 'rdspass.1 has the exit codes' 'the program' "$tmp/program" rdspass.1 "$tmp/page"
clean 'it calls them what the program calls them' "$(grep "^exit$tab" "$tables" |
    while IFS=$tab read -r _ code name; do
        awk -v code="$code" '/^[.]It / { inside = $2 == code } inside' "$tmp/exits" |
            grep -qF -- "$name" || echo "exit code $code: no \"$name\""
    done)"

grep -rhoE '"(RDSPASS_|AWS_|PG|XDG_|HOME"|TMPDIR")[A-Z0-9_]*"?' src/rds src/aws src/base --include='*.c' |
    tr -d '"' >"$tmp/program"
grep -oiE '"[a-z]+_proxy"' src/ipc/helper_environment.c | tr -d '"' >>"$tmp/program"
section ENVIRONMENT docs/man/rdspass.1 | sed -n 's/^[.]It Ev //p' | tr -s ', ' '\n' >"$tmp/page"
same 'rdspass.1 has the variables that are read' 'the sources' "$tmp/program" rdspass.1 "$tmp/page"

sed -n 's/.*\[RP_SET_[A-Z_]*\] = {"\([a-z-]*\)", \([^,]*\),.*/\1 \2/p' src/rds/settings.c |
    sed 's/ NULL//' | tr -d '"' | tr ' ' '\n' >"$tmp/program"
section DESCRIPTION docs/man/rdspass-config.5 | sed -n 's/^[.]It Cm //p' | tr -s ', ' '\n' >"$tmp/page"
same 'rdspass-config.5 has the keys' 'the sources' "$tmp/program" rdspass-config.5 "$tmp/page"

sed -n '/taken_away\[\] = {/,/^}/s/^ *"\([A-Z_]*\)[*]*",$/\1/p' src/cmd/client.c >"$tmp/program"
awk '/^No variable of the caller/ { inside = 1 } /^All others/ { inside = 0 } inside' docs/man/rdspass-exec.1 |
    sed -n 's/^[.]Ev //p' | tr -s '., ' '\n' >"$tmp/page"
same 'rdspass-exec.1 has the variables that are taken away' 'the sources' "$tmp/program" rdspass-exec.1 "$tmp/page"

grep -ohE 'find\([ $]*&?judge, "[a-z-]+"|^ +judge, "[a-z-]+", (true|false),' src/rds/token_judge.c |
    sed 's/.*"\(.*\)".*/\1/' >"$tmp/program"
section DESCRIPTION docs/man/rdspass-inspect.1 | awk '/^[.]Ss Findings/ { inside = 1 } inside' |
    sed -n 's/^[.]It Cm //p' | tr -s ', ' '\n' >"$tmp/page"
same 'rdspass-inspect.1 has the findings' 'the sources' "$tmp/program" rdspass-inspect.1 "$tmp/page"

# --- pages and completions as files ---

clean 'pages refer to pages that are there' "$(grep -hoE '^[.]Xr rdspass[a-z-]* [0-9]' docs/man/* |
    sort -u | while read -r _ name number; do
        [ -f "docs/man/$name.$number" ] || echo "$name($number)"
    done)"
if command -v mandoc >/dev/null; then
    clean 'mandoc finds nothing in the pages' "$(mandoc -T lint -W warning docs/man/*.[157] 2>&1)"
else
    skip 'mandoc finds nothing in the pages' 'mandoc is not there'
fi
clean 'completions are those of the tables' "$(scripts/completions "$program" "$tmp/completions" 2>&1 &&
    diff -ru completions "$tmp/completions" 2>&1)"
for shell in bash zsh fish; do
    file=completions/rdspass.$shell
    [ "$shell" != zsh ] || file=completions/_rdspass
    if command -v "$shell" >/dev/null; then
        clean "$shell reads its completion" "$("$shell" -n "$file" 2>&1)"
    else
        skip "$shell reads its completion" "$shell is not there"
    fi
done

# --- links ---

outside_fences() {
    awk '/^ *```/ { inside = !inside; next } !inside' "$1"
}
anchors() { # FILE: of its headings
    outside_fences "$1" | sed -n 's/^#\{1,6\} //p' | tr 'A-Z ' 'a-z-' | tr -cd 'a-z0-9_\n-'
}
dead_links() {
    find . \( -name build -o -name .git \) -prune -o -name '*.md' -print | while read -r file; do
        outside_fences "$file" | grep -oE '\]\([^)]+\)' | sed 's/^](\(.*\))$/\1/' |
            while read -r link; do
                case $link in *:*) continue ;; esac
                path=${link%%#*} anchor=
                case $link in *'#'*) anchor=${link#*#} ;; esac
                target=$file
                [ -z "$path" ] || target=$(dirname "$file")/$path
                if [ ! -e "$target" ]; then
                    echo "$file: $link"
                elif [ -n "$anchor" ] && ! anchors "$target" | grep -qxF -- "$anchor"; then
                    echo "$file: $link, where there is no such heading"
                fi
            done
    done
}
clean 'links between the docs lead somewhere' "$(dead_links)"

# What the docs name in the tree; NAME, LAYER and the examples of CONTRIBUTING.md are no files.
# shellcheck disable=SC2016 # the quotes are Markdown's
gone_paths() {
    find . \( -name build -o -name .git \) -prune -o -name '*.md' -print | while read -r file; do
        outside_fences "$file" | grep -oE '`(src|include|tests|scripts|docs|completions)/[A-Za-z0-9_./-]+`' |
            tr -d '`' | grep -vE '[A-Z]{3}|hello|example' | while read -r path; do
            [ -e "$path" ] || echo "$file: $path"
        done
    done
}
clean 'files that the docs name are there' "$(gone_paths)"

# --- examples ---

# Blocks of sh and of the config file, as files NAME.NNN.sh and NAME.NNN.ini. Of other blocks (crontab,
# YAML, units) the first command of rdspass in a line is taken, as far as its arguments go.
markdown_blocks() { # FILE START
    awk -v start="$2" '
        /^```/ {
            inside = !inside
            file = ""
            if (inside && /^```(sh|ini)$/)
                file = sprintf("%s.%03d.%s", start, ++n, substr($0, 4))
            next
        }
        file != "" { print >file }
        inside && file == "" && match($0, /rdspass (token|whoami|doctor|ca (list|print|path|check)|exec|connect) [^;)|&>]*/) {
            other = sprintf("%s.%03d.sh", start, ++n)
            print substr($0, RSTART, RLENGTH) >other
        }' "$1"
}
page_blocks() { # PAGE START
    section EXAMPLES "$1" | awk -v start="$2" '
        /^[.]Bd / { inside = 1; file = ""; next }
        /^[.]Ed/ { inside = 0 }
        inside {
            if (file == "")
                file = sprintf("%s.%03d.%s", start, ++n, /^\[/ ? "ini" : "sh")
            gsub(/\\e/, "\\")
            sub(/^\\&/, "")
            print >file
        }'
}
# What stands in capitals in the examples is put in.
fill_in() {
    sed -E -e 's/%HOSTNAME%/ENDPOINT/; s/%PORT%/5432/; s/%USERNAME%/USER/' -e 's/\bDSQL-ENDPOINT\b/abcdefghijklmnopqrstuvwxyz.dsql.us-east-1.on.aws/g' \
        -e 's/\b(YOUR-)?ENDPOINT\b/mydb.cluster-abc123def456.us-east-1.rds.amazonaws.com/g' \
        -e 's/\bREGION\b/us-east-1/g; s/\bUSER\b/app/g; s/\bDATABASE\b/shop/g' "$@"
}

key_id=AKIAIOSFODNN7EXAMPLE # the example of AWS's documentation
key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
mkdir "$tmp/bin"
for name in aws datagrip dbeaver docker java kubectl make mysql mysql-workbench mysqldump node pg_dump psql python \
    rails ssh sudo systemctl; do
    printf '#!/bin/sh\nexit 0\n' >"$tmp/bin/$name"
done
cat >"$tmp/bin/rdspass" <<END
#!/bin/sh
# There is no server, and no service of AWS: of what needs one the command line is checked alone.
said="\$*"
case "\$said" in
connect* | doctor* | *--verify*) set -- "\$@" --help ;;
*" --profile shop"* | *" --role-arn "*) command=\$1 && shift && set -- "\$command" --help "\$@" ;;
esac
'$program' "\$@"
status=\$?
echo "\$status rdspass \$said" >>'$tmp/log'
exit "\$status"
END
for name in cat date rm sh; do ln -s "$(command -v $name)" "$tmp/bin/$name"; done
chmod +x "$tmp"/bin/*

run_block() { # FILE HOME: in a folder of its own; says what went wrong
    folder=$(mktemp -d "$tmp/run.XXXXXX")
    fill_in "$1" >"$folder/.block"
    # A program and a script that some examples run.
    : >"$folder/nightly.sh"
    cp "$tmp/bin/psql" "$folder/server"
    (cd "$folder" && env -i PATH="$tmp/bin" HOME="$2" AWS_ACCESS_KEY_ID=$key_id \
        AWS_SECRET_ACCESS_KEY=$key STATE_DIRECTORY=. /bin/sh -eu .block >.out 2>.err) </dev/null ||
        { echo "fails:" && cat "$1" "$folder/.err"; }
}
run_examples() { # DOCUMENT START
    home=$(mktemp -d "$tmp/home.XXXXXX")
    mkdir -p "$home/.aws" "$home/.config/rdspass"
    for block in "$2".*.ini; do
        # Those of the AWS CLI's config are tried where its services are: tests/integration/identity.t.
        [ ! -f "$block" ] || grep -qE '^\[(profile|sso-session) ' "$block" ||
            fill_in "$block" >>"$home/.config/rdspass/config"
    done
    { echo NAME && cat "$2".*.ini 2>/dev/null | sed -n 's/^profile = //p'; } | sort -u | while read -r profile; do
        printf '[%s]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$profile" $key_id $key
    done >"$home/.aws/credentials"
    : >"$tmp/log"
    for block in "$2".*.sh; do
        [ ! -f "$block" ] || run_block "$block" "$home"
    done
    grep -v '^0 ' "$tmp/log" | sed 's/^/exit code /'
    wanted=$(cat "$2".*.sh 2>/dev/null | grep -cE 'rdspass [a-z]')
    ran=$(grep -c . "$tmp/log")
    [ "$ran" = "$wanted" ] || echo "$wanted lines of $1 have rdspass in them, and it ran $ran times"
}

for document in README.md docs/*.md docs/man/*.[157]; do
    start=$tmp/$(basename "$document")
    case $document in
    *.md) markdown_blocks "$document" "$start" ;;
    *) page_blocks "$document" "$start" ;;
    esac
    clean "the examples of $document work" "$(run_examples "$document" "$start")"
done
ok 'there are examples' test -n "$(find "$tmp" -maxdepth 1 -name '*.sh')"

done_testing
