# Completion of rdspass(1) for bash. Made by scripts/completions from the option tables: change those.
# shellcheck shell=bash

_rdspass_sections() { # SED-START FILE: names of sections; they stand behind the start of the brackets
    sed -n "s|^\\[$1\\([A-Za-z0-9_./@:%+-]*\\)\\].*|\\1|p" "$2" 2>/dev/null
}
_rdspass_profiles() {
    _rdspass_sections 'profile  *' "${AWS_CONFIG_FILE:-$HOME/.aws/config}"
    _rdspass_sections '' "${AWS_SHARED_CREDENTIALS_FILE:-$HOME/.aws/credentials}"
}
_rdspass_targets() {
    {
        _rdspass_sections '' /etc/rdspass/config
        _rdspass_sections '' "${RDSPASS_CONFIG:-${XDG_CONFIG_HOME:-$HOME/.config}/rdspass/config}"
    } | grep -vx defaults
}

_rdspass_client() { # FIRST: which word is the client's name
    if declare -F _command_offset >/dev/null; then
        _command_offset "$1"
    elif ((COMP_CWORD == $1)); then
        mapfile -t COMPREPLY < <(compgen -c -- "${COMP_WORDS[COMP_CWORD]}")
    else
        compopt -o default 2>/dev/null
    fi
}

_rdspass() {
    local command=${COMP_WORDS[1]} cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
    local options='' valued='' values='' ends='' place=0 i

    case $command in
    connect)
        options='--execute --command -e -c --file -f --format --no-header --null --binary --force --timeout --local-infile --no-history --host --hostname -h --port -P -p --user --username -u -U --database --dbname -D -d --engine --via --ca-file --region --profile --role-arn --external-id --role-session-name --mfa-code --mfa-command --no-cache --connect-timeout --wait --quiet -q --verbose -v --help -? --version'
        valued=' --execute --command -e -c --file -f --format --null --binary --timeout --host --hostname -h --port -P -p --user --username -u -U --database --dbname -D -d --engine --via --ca-file --region --profile --role-arn --external-id --role-session-name --mfa-code --mfa-command --connect-timeout --wait '
        ;;
    exec)
        options='--env --tcp --host --hostname -h --port -P -p --user --username -u -U --database --dbname -D -d --engine --via --ca-file --region --profile --role-arn --external-id --role-session-name --mfa-code --mfa-command --no-cache --connect-timeout --wait --quiet -q --verbose -v --help -? --version'
        valued=' --env --host --hostname -h --port -P -p --user --username -u -U --database --dbname -D -d --engine --via --ca-file --region --profile --role-arn --external-id --role-session-name --mfa-code --mfa-command --connect-timeout --wait '
        ends=--
        ;;
    token)
        options='--format --out -o --no-newline -n --min-ttl --expires-in --admin --client --unquote-user --host --hostname -h --port -P -p --user --username -u -U --database --dbname -D -d --engine --via --ca-file --region --profile --role-arn --external-id --role-session-name --mfa-code --mfa-command --no-cache --quiet -q --verbose -v --help -? --version'
        valued=' --format --out -o --min-ttl --expires-in --client --host --hostname -h --port -P -p --user --username -u -U --database --dbname -D -d --engine --via --ca-file --region --profile --role-arn --external-id --role-session-name --mfa-code --mfa-command '
        ;;
    doctor)
        options='--format --offline --message --host --hostname -h --port -P -p --user --username -u -U --database --dbname -D -d --engine --via --ca-file --region --profile --role-arn --external-id --role-session-name --mfa-code --mfa-command --no-cache --connect-timeout --wait --quiet -q --verbose -v --help -? --version'
        valued=' --format --message --host --hostname -h --port -P -p --user --username -u -U --database --dbname -D -d --engine --via --ca-file --region --profile --role-arn --external-id --role-session-name --mfa-code --mfa-command --connect-timeout --wait '
        ;;
    whoami)
        options='--format --verify --region --profile --role-arn --external-id --role-session-name --mfa-code --mfa-command --no-cache --quiet -q --verbose -v --help -? --version'
        valued=' --format --region --profile --role-arn --external-id --role-session-name --mfa-code --mfa-command '
        ;;
    inspect)
        options='--format --host --hostname -h --port -P -p --user --username -u -U --engine --region --profile --quiet -q --verbose -v --help -? --version'
        valued=' --format --host --hostname -h --port -P -p --user --username -u -U --engine --region --profile '
        ;;
    ca)
        options='--format --out -o --quiet -q --verbose -v --help -? --version'
        valued=' --format --out -o '
        ;;
    help)
        options='--quiet -q --verbose -v --help -? --version'
        valued=' '
        ;;
    esac

    # "--format=raw" comes as three words.
    if [[ $cur == '=' ]]; then
        cur=''
    elif [[ $prev == '=' ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    COMPREPLY=()
    for ((i = 2; i < COMP_CWORD; i++)); do
        if [[ -n $ends && ${COMP_WORDS[i]} == "$ends" ]]; then
            _rdspass_client $((i + 1))
            return
        elif [[ ${COMP_WORDS[i]} == '=' ]]; then
            ((i++))
        elif [[ $valued == *" ${COMP_WORDS[i]} "* ]]; then
            ((i++))
            [[ ${COMP_WORDS[i]} != '=' ]] || ((i++))
        elif [[ ${COMP_WORDS[i]} != -* ]]; then
            ((place++))
        fi
    done

    if ((COMP_CWORD == 1)); then
        values='connect exec token doctor whoami inspect ca help --help --version'
    elif [[ $valued == *" $prev "* ]]; then
        case "$command $prev" in
        'connect --format') values='table tsv csv json vertical' ;;
        'connect --binary') values='hex base64' ;;
        'connect --engine') values='mysql postgres' ;;
        'connect --ca-file') compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'connect --profile') values=$(_rdspass_profiles) ;;
        'exec --engine') values='mysql postgres' ;;
        'exec --ca-file') compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'exec --profile') values=$(_rdspass_profiles) ;;
        'token --format') values='raw json export env pgpass mycnf url jdbc' ;;
        'token --out' | 'token -o') compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'token --client') values='mariadb mysql' ;;
        'token --engine') values='mysql postgres' ;;
        'token --ca-file') compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'token --profile') values=$(_rdspass_profiles) ;;
        'doctor --format') values='text json' ;;
        'doctor --engine') values='mysql postgres' ;;
        'doctor --ca-file') compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'doctor --profile') values=$(_rdspass_profiles) ;;
        'whoami --format') values='text json' ;;
        'whoami --profile') values=$(_rdspass_profiles) ;;
        'inspect --format') values='text json' ;;
        'inspect --engine') values='mysql postgres' ;;
        'inspect --profile') values=$(_rdspass_profiles) ;;
        'ca --format') values='text json' ;;
        'ca --out' | 'ca -o') compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        esac
    elif [[ $cur == -* ]]; then
        values=$options
    else
        case "$command $place" in
        'connect 0') values=$(_rdspass_targets) ;;
        'exec 0') values=$(_rdspass_targets) ;;
        'token 0') values=$(_rdspass_targets) ;;
        'doctor 0') values=$(_rdspass_targets) ;;
        'whoami 0') values=$(_rdspass_targets) ;;
        'ca 0') values='list print path check fetch' ;;
        'ca 1') values='amazon global' ;;
        'ca 2') values='amazon global' ;;
        'help 0') values='connect exec token doctor whoami inspect ca help' ;;
        esac
    fi
    [[ -z $values ]] || mapfile -t COMPREPLY < <(compgen -W "$values" -- "$cur")
}
complete -F _rdspass rdspass
