#!/bin/sh
# The sources: a comment first, small files, small functions, no words that do
# not belong there, scripts that can be run.
. "$(dirname "$0")/lib.sh"

# C begins with a comment that ends before the code: line 1 opens it.
c_without_comment() {
    sources -name '*.[ch]' | while read -r file; do
        head -n 1 "$file" | grep -qE '^/\*' || echo "$file"
    done
}
clean "every C file begins with a comment" "$(c_without_comment)"

is_script() {
    head -c 2 "$1" | grep -q '#!'
}
scripts_without_comment() {
    sources | while read -r file; do
        ! is_script "$file" || sed -n 2p "$file" | grep -qE '^(# .|"""|//)' || echo "$file"
    done
}
clean "every script begins with a comment" "$(scripts_without_comment)"

others_without_comment() {
    sources \( -name '*.sh' -o -name '*.py' -o -name '*.mk' -o -name '*.pl' -o -name '*.awk' \) |
        while read -r file; do
            sed -n 1,2p "$file" | grep -qE '^(# .|""")' || echo "$file"
        done
    for file in Makefile .clang-format .clang-tidy .editorconfig tests/.clang-tidy src/LAYERS src/NEEDED; do
        head -n 1 "$file" | grep -q '^# ' || echo "$file"
    done
}
clean "so does every other file that can" "$(others_without_comment)"

not_executable() {
    sources | while read -r file; do
        if is_script "$file"; then
            [ -x "$file" ] || echo "$file begins with #! and cannot be run"
        elif [ -x "$file" ]; then
            echo "$file can be run and does not begin with #!"
        fi
    done
}
clean "scripts, and nothing else, can be run" "$(not_executable)"

too_long() {
    sources -name '*.[ch]' -exec awk -v most=600 'END { if (NR > most)
        print FILENAME " has " NR " lines, more than " most }' {} \;
    sources \( -name '*.t' -o -name '*.sh' -o -name '*.py' \) -exec awk -v most=600 'END {
        if (NR > most) print FILENAME " has " NR " lines, more than " most }' {} \;
    for file in Makefile tests/*.mk; do
        awk 'END { if (NR > 250) print FILENAME " has " NR " lines, more than 250" }' "$file"
    done
}
clean "files stay small enough to hold in mind" "$(too_long)"

# The style puts the braces of a function alone at the start of a line.
long_functions() {
    sources -name '*.c' -exec awk -v most=80 '
        /^\{/ { start = FNR }
        /^\}/ { if (start && FNR - start - 1 > most)
                    print FILENAME ":" start ": a function of " FNR - start - 1 " lines"
                start = 0 }' {} \;
}
clean "a function fits on a screen (80 lines)" "$(long_functions)"

wide_lines() {
    # shellcheck disable=SC2016 # the $ are of awk
    sources -name '*.[ch]' -exec awk '
        { gsub(/[\200-\277]/, "") } # bytes that continue a character
        length($0) > 120 { print FILENAME ":" FNR ": " length($0) " columns" }' {} \;
}
clean "no line of C is wider than 120 columns" "$(wide_lines)"

# Patterns are written so that they do not find themselves. Long vectors may hold anything.
words='\b(TO[D]O|FIX[M]E|XX[X]|HA[C]K|W[I]P)\b'
machine='(^|[^A-Za-z0-9_.}$*])/(wo[r]k|ro[o]t|ho[m]e/(ub[u]ntu|de[b]ian|de[v]))/'
find_words() {
    { sources -not -path '*/corpus/*' -not -name '*.pem'; ls Makefile ./*.md 2>/dev/null; } |
        xargs grep -nIE -- "$1" | cut -c1-120
}
clean "nothing is left to do" "$(find_words "$words")"
clean "no path of one machine" "$(find_words "$machine")"

# Blank ends of lines, tabs in C, missing last newlines.
untidy() {
    sources \( -name '*.[cht]' -o -name '*.sh' -o -name '*.mk' -o -name '*.md' \) \
        ! -path '*/corpus/*' -exec grep -nHE '[[:blank:]]$' {} \;
    sources -name '*.[ch]' -exec grep -nHP '\t' {} \;
    sources \( -name '*.[cht]' -o -name '*.sh' \) ! -path '*/corpus/*' | while read -r file; do
        [ -z "$(tail -c 1 "$file")" ] || echo "$file: no newline at its end"
    done
}
clean "no blanks at the end of lines, no tabs in C" "$(untidy)"

clean "the version stands in the Makefile alone" "$(version=$(sed -n 's/^VERSION := //p' Makefile)
grep -rnF "$version" src include scripts | grep -v 'roots/' | cut -c1-120)"

done_testing
