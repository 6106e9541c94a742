# Completion of rdspass(1) for fish. Made by scripts/completions from the option tables: change those.

function __rdspass_sections # SED-START FILE
    sed -n "s|^\[$argv[1]\([A-Za-z0-9_./@:%+-]*\)\].*|\1|p" $argv[2] 2>/dev/null
end
function __rdspass_or # VALUE FALLBACK
    test -n "$argv[1]"; and echo $argv[1]; or echo $argv[2]
end
function __rdspass_profiles
    __rdspass_sections 'profile  *' (__rdspass_or "$AWS_CONFIG_FILE" ~/.aws/config)
    __rdspass_sections '' (__rdspass_or "$AWS_SHARED_CREDENTIALS_FILE" ~/.aws/credentials)
end
function __rdspass_targets
    set -l home (__rdspass_or "$XDG_CONFIG_HOME" ~/.config)
    begin
        __rdspass_sections '' /etc/rdspass/config
        __rdspass_sections '' (__rdspass_or "$RDSPASS_CONFIG" $home/rdspass/config)
    end | string match -v defaults
end
function __rdspass_is # COMMAND: no argument where none is typed yet
    set -l words (commandline -opc)
    test "$words[2]" = "$argv[1]"
end
function __rdspass_client # what completes the command line behind "--"
    set -l words (commandline -opc)
    set -l dashes (contains -i -- -- $words)
    complete -C (string join ' ' -- (string escape -- $words[(math $dashes + 1)..-1]) (commandline -ct))
end
function __rdspass_at # COMMAND PLACE OPTIONS-WITH-VALUES…
    __rdspass_is $argv[1]; or return
    not contains -- -- (commandline -opc); or return
    set -l place 0
    set -l skip 0
    for word in (commandline -opc)[3..-1]
        if test $skip = 1
            set skip 0
        else if contains -- $word $argv[3..-1]
            set skip 1
        else if not string match -q -- '-*' $word
            set place (math $place + 1)
        end
    end
    test $place = $argv[2]; and test $skip = 0
end

complete -c rdspass -f
complete -c rdspass -n '__rdspass_is' -a connect -d 'Open a session, and run SQL in it'
complete -c rdspass -n '__rdspass_is' -a exec -d 'Run a client that is already logged in'
complete -c rdspass -n '__rdspass_is' -a token -d 'Print a token for another client'
complete -c rdspass -n '__rdspass_is' -a doctor -d 'Say what is wrong with a target, and what to do'
complete -c rdspass -n '__rdspass_is' -a whoami -d 'Show which AWS identity would sign'
complete -c rdspass -n '__rdspass_is' -a inspect -d 'Show what a token says, and what is wrong with it'
complete -c rdspass -n '__rdspass_is' -a ca -d 'Show, check and fetch the root certificates to trust'
complete -c rdspass -n '__rdspass_is' -a help -d 'Show what there is, or the options of a command'
complete -c rdspass -n '__rdspass_is' -l help -d 'show this help'
complete -c rdspass -n '__rdspass_is' -l version -d 'show the version'
complete -c rdspass -n '__rdspass_is connect' -l execute -l command -s 'e' -s 'c' -x -d 'run this'
complete -c rdspass -n '__rdspass_is connect' -l file -s 'f' -x -d 'run this script; - is standard input'
complete -c rdspass -n '__rdspass_is connect' -l format -x -a 'table tsv csv json vertical' -d 'how to print results'
complete -c rdspass -n '__rdspass_is connect' -l no-header -d 'no names of columns'
complete -c rdspass -n '__rdspass_is connect' -l null -x -d 'what to print for NULL'
complete -c rdspass -n '__rdspass_is connect' -l binary -x -a 'hex base64' -d 'how to print binary values'
complete -c rdspass -n '__rdspass_is connect' -l force -d 'go on behind a statement that fails'
complete -c rdspass -n '__rdspass_is connect' -l timeout -x -d 'cancel a statement that takes longer'
complete -c rdspass -n '__rdspass_is connect' -l local-infile -d 'allow LOAD DATA LOCAL'
complete -c rdspass -n '__rdspass_is connect' -l no-history -d 'keep no history of the prompt'
complete -c rdspass -n '__rdspass_is connect' -l host -l hostname -s 'h' -x -d 'endpoint'
complete -c rdspass -n '__rdspass_is connect' -l port -s 'P' -s 'p' -x -d 'port of the endpoint; else its engine\'s'
complete -c rdspass -n '__rdspass_is connect' -l user -l username -s 'u' -s 'U' -x -d 'database user'
complete -c rdspass -n '__rdspass_is connect' -l database -l dbname -s 'D' -s 'd' -x -d 'database'
complete -c rdspass -n '__rdspass_is connect' -l engine -x -a 'mysql postgres' -d 'where nothing else tells'
complete -c rdspass -n '__rdspass_is connect' -l via -x -d 'dial this address (a tunnel) instead'
complete -c rdspass -n '__rdspass_is connect' -l ca-file -r -F -d 'trust these roots, not the built-in ones'
complete -c rdspass -n '__rdspass_is connect' -l region -x -d 'region of the database'
complete -c rdspass -n '__rdspass_is connect' -l profile -x -a '(__rdspass_profiles)' -d 'profile of the AWS files'
complete -c rdspass -n '__rdspass_is connect' -l role-arn -x -d 'take this role; several, in order'
complete -c rdspass -n '__rdspass_is connect' -l external-id -x -d 'the last of them asks for it'
complete -c rdspass -n '__rdspass_is connect' -l role-session-name -x -d 'of the sessions of roles, as CloudTrail shows it'
complete -c rdspass -n '__rdspass_is connect' -l mfa-code -x -d 'of the MFA device, for a role'
complete -c rdspass -n '__rdspass_is connect' -l mfa-command -x -d 'prints such a code'
complete -c rdspass -n '__rdspass_is connect' -l no-cache -d 'leave the AWS CLI\'s cache of roles alone'
complete -c rdspass -n '__rdspass_is connect' -l connect-timeout -x -d 'for one attempt to reach the server and log in (10)'
complete -c rdspass -n '__rdspass_is connect' -l wait -x -d 'keep trying while the server is not ready (0)'
complete -c rdspass -n '__rdspass_is connect' -l quiet -s 'q' -d 'no warnings'
complete -c rdspass -n '__rdspass_is connect' -l verbose -s 'v' -d 'say what was decided and why'
complete -c rdspass -n '__rdspass_is connect' -l help -s '?' -d 'show this help'
complete -c rdspass -n '__rdspass_is connect' -l version -d 'show the version'
complete -c rdspass -n '__rdspass_at connect 0 --execute --command -e -c --file -f --format --null --binary --timeout --host --hostname -h --port -P -p --user --username -u -U --database --dbname -D -d --engine --via --ca-file --region --profile --role-arn --external-id --role-session-name --mfa-code --mfa-command --connect-timeout --wait' -a '(__rdspass_targets)'
complete -c rdspass -n '__rdspass_is exec' -l env -x -d 'a variable for the client, with {placeholders}'
complete -c rdspass -n '__rdspass_is exec' -l tcp -d 'also a door on 127.0.0.1, for you alone'
complete -c rdspass -n '__rdspass_is exec' -l host -l hostname -s 'h' -x -d 'endpoint'
complete -c rdspass -n '__rdspass_is exec' -l port -s 'P' -s 'p' -x -d 'port of the endpoint; else its engine\'s'
complete -c rdspass -n '__rdspass_is exec' -l user -l username -s 'u' -s 'U' -x -d 'database user'
complete -c rdspass -n '__rdspass_is exec' -l database -l dbname -s 'D' -s 'd' -x -d 'database'
complete -c rdspass -n '__rdspass_is exec' -l engine -x -a 'mysql postgres' -d 'where nothing else tells'
complete -c rdspass -n '__rdspass_is exec' -l via -x -d 'dial this address (a tunnel) instead'
complete -c rdspass -n '__rdspass_is exec' -l ca-file -r -F -d 'trust these roots, not the built-in ones'
complete -c rdspass -n '__rdspass_is exec' -l region -x -d 'region of the database'
complete -c rdspass -n '__rdspass_is exec' -l profile -x -a '(__rdspass_profiles)' -d 'profile of the AWS files'
complete -c rdspass -n '__rdspass_is exec' -l role-arn -x -d 'take this role; several, in order'
complete -c rdspass -n '__rdspass_is exec' -l external-id -x -d 'the last of them asks for it'
complete -c rdspass -n '__rdspass_is exec' -l role-session-name -x -d 'of the sessions of roles, as CloudTrail shows it'
complete -c rdspass -n '__rdspass_is exec' -l mfa-code -x -d 'of the MFA device, for a role'
complete -c rdspass -n '__rdspass_is exec' -l mfa-command -x -d 'prints such a code'
complete -c rdspass -n '__rdspass_is exec' -l no-cache -d 'leave the AWS CLI\'s cache of roles alone'
complete -c rdspass -n '__rdspass_is exec' -l connect-timeout -x -d 'for one attempt to reach the server and log in (10)'
complete -c rdspass -n '__rdspass_is exec' -l wait -x -d 'keep trying while the server is not ready (0)'
complete -c rdspass -n '__rdspass_is exec' -l quiet -s 'q' -d 'no warnings'
complete -c rdspass -n '__rdspass_is exec' -l verbose -s 'v' -d 'say what was decided and why'
complete -c rdspass -n '__rdspass_is exec' -l help -s '?' -d 'show this help'
complete -c rdspass -n '__rdspass_is exec' -l version -d 'show the version'
complete -c rdspass -n '__rdspass_is exec; and contains -- -- (commandline -opc)' -a '(__rdspass_client)'
complete -c rdspass -n '__rdspass_at exec 0 --env --host --hostname -h --port -P -p --user --username -u -U --database --dbname -D -d --engine --via --ca-file --region --profile --role-arn --external-id --role-session-name --mfa-code --mfa-command --connect-timeout --wait' -a '(__rdspass_targets)'
complete -c rdspass -n '__rdspass_is token' -l format -x -a 'raw json export env pgpass mycnf url jdbc' -d 'its form'
complete -c rdspass -n '__rdspass_is token' -l out -s 'o' -r -F -d 'write it to a file of mode 0600'
complete -c rdspass -n '__rdspass_is token' -l no-newline -s 'n' -d 'no newline behind a raw token'
complete -c rdspass -n '__rdspass_is token' -l min-ttl -x -d 'fail where it dies sooner (60)'
complete -c rdspass -n '__rdspass_is token' -l expires-in -x -d 'its life; Aurora DSQL only (900)'
complete -c rdspass -n '__rdspass_is token' -l admin -d 'for the user admin; Aurora DSQL only'
complete -c rdspass -n '__rdspass_is token' -l client -x -a 'mariadb mysql' -d 'the only reader of mycnf'
complete -c rdspass -n '__rdspass_is token' -l unquote-user -d 'the user is quoted as in SQL (pgAdmin)'
complete -c rdspass -n '__rdspass_is token' -l host -l hostname -s 'h' -x -d 'endpoint'
complete -c rdspass -n '__rdspass_is token' -l port -s 'P' -s 'p' -x -d 'port of the endpoint; else its engine\'s'
complete -c rdspass -n '__rdspass_is token' -l user -l username -s 'u' -s 'U' -x -d 'database user'
complete -c rdspass -n '__rdspass_is token' -l database -l dbname -s 'D' -s 'd' -x -d 'database'
complete -c rdspass -n '__rdspass_is token' -l engine -x -a 'mysql postgres' -d 'where nothing else tells'
complete -c rdspass -n '__rdspass_is token' -l via -x -d 'dial this address (a tunnel) instead'
complete -c rdspass -n '__rdspass_is token' -l ca-file -r -F -d 'trust these roots, not the built-in ones'
complete -c rdspass -n '__rdspass_is token' -l region -x -d 'region of the database'
complete -c rdspass -n '__rdspass_is token' -l profile -x -a '(__rdspass_profiles)' -d 'profile of the AWS files'
complete -c rdspass -n '__rdspass_is token' -l role-arn -x -d 'take this role; several, in order'
complete -c rdspass -n '__rdspass_is token' -l external-id -x -d 'the last of them asks for it'
complete -c rdspass -n '__rdspass_is token' -l role-session-name -x -d 'of the sessions of roles, as CloudTrail shows it'
complete -c rdspass -n '__rdspass_is token' -l mfa-code -x -d 'of the MFA device, for a role'
complete -c rdspass -n '__rdspass_is token' -l mfa-command -x -d 'prints such a code'
complete -c rdspass -n '__rdspass_is token' -l no-cache -d 'leave the AWS CLI\'s cache of roles alone'
complete -c rdspass -n '__rdspass_is token' -l quiet -s 'q' -d 'no warnings'
complete -c rdspass -n '__rdspass_is token' -l verbose -s 'v' -d 'say what was decided and why'
complete -c rdspass -n '__rdspass_is token' -l help -s '?' -d 'show this help'
complete -c rdspass -n '__rdspass_is token' -l version -d 'show the version'
complete -c rdspass -n '__rdspass_at token 0 --format --out -o --min-ttl --expires-in --client --host --hostname -h --port -P -p --user --username -u -U --database --dbname -D -d --engine --via --ca-file --region --profile --role-arn --external-id --role-session-name --mfa-code --mfa-command' -a '(__rdspass_targets)'
complete -c rdspass -n '__rdspass_is doctor' -l format -x -a 'text json' -d 'how to print the report'
complete -c rdspass -n '__rdspass_is doctor' -l offline -d 'leave out what needs the network'
complete -c rdspass -n '__rdspass_is doctor' -l message -x -d 'explain what another client has printed'
complete -c rdspass -n '__rdspass_is doctor' -l host -l hostname -s 'h' -x -d 'endpoint'
complete -c rdspass -n '__rdspass_is doctor' -l port -s 'P' -s 'p' -x -d 'port of the endpoint; else its engine\'s'
complete -c rdspass -n '__rdspass_is doctor' -l user -l username -s 'u' -s 'U' -x -d 'database user'
complete -c rdspass -n '__rdspass_is doctor' -l database -l dbname -s 'D' -s 'd' -x -d 'database'
complete -c rdspass -n '__rdspass_is doctor' -l engine -x -a 'mysql postgres' -d 'where nothing else tells'
complete -c rdspass -n '__rdspass_is doctor' -l via -x -d 'dial this address (a tunnel) instead'
complete -c rdspass -n '__rdspass_is doctor' -l ca-file -r -F -d 'trust these roots, not the built-in ones'
complete -c rdspass -n '__rdspass_is doctor' -l region -x -d 'region of the database'
complete -c rdspass -n '__rdspass_is doctor' -l profile -x -a '(__rdspass_profiles)' -d 'profile of the AWS files'
complete -c rdspass -n '__rdspass_is doctor' -l role-arn -x -d 'take this role; several, in order'
complete -c rdspass -n '__rdspass_is doctor' -l external-id -x -d 'the last of them asks for it'
complete -c rdspass -n '__rdspass_is doctor' -l role-session-name -x -d 'of the sessions of roles, as CloudTrail shows it'
complete -c rdspass -n '__rdspass_is doctor' -l mfa-code -x -d 'of the MFA device, for a role'
complete -c rdspass -n '__rdspass_is doctor' -l mfa-command -x -d 'prints such a code'
complete -c rdspass -n '__rdspass_is doctor' -l no-cache -d 'leave the AWS CLI\'s cache of roles alone'
complete -c rdspass -n '__rdspass_is doctor' -l connect-timeout -x -d 'for one attempt to reach the server and log in (10)'
complete -c rdspass -n '__rdspass_is doctor' -l wait -x -d 'keep trying while the server is not ready (0)'
complete -c rdspass -n '__rdspass_is doctor' -l quiet -s 'q' -d 'no warnings'
complete -c rdspass -n '__rdspass_is doctor' -l verbose -s 'v' -d 'say what was decided and why'
complete -c rdspass -n '__rdspass_is doctor' -l help -s '?' -d 'show this help'
complete -c rdspass -n '__rdspass_is doctor' -l version -d 'show the version'
complete -c rdspass -n '__rdspass_at doctor 0 --format --message --host --hostname -h --port -P -p --user --username -u -U --database --dbname -D -d --engine --via --ca-file --region --profile --role-arn --external-id --role-session-name --mfa-code --mfa-command --connect-timeout --wait' -a '(__rdspass_targets)'
complete -c rdspass -n '__rdspass_is whoami' -l format -x -a 'text json' -d 'how to print it'
complete -c rdspass -n '__rdspass_is whoami' -l verify -d 'ask AWS whose credentials they are'
complete -c rdspass -n '__rdspass_is whoami' -l region -x -d 'region of the database'
complete -c rdspass -n '__rdspass_is whoami' -l profile -x -a '(__rdspass_profiles)' -d 'profile of the AWS files'
complete -c rdspass -n '__rdspass_is whoami' -l role-arn -x -d 'take this role; several, in order'
complete -c rdspass -n '__rdspass_is whoami' -l external-id -x -d 'the last of them asks for it'
complete -c rdspass -n '__rdspass_is whoami' -l role-session-name -x -d 'of the sessions of roles, as CloudTrail shows it'
complete -c rdspass -n '__rdspass_is whoami' -l mfa-code -x -d 'of the MFA device, for a role'
complete -c rdspass -n '__rdspass_is whoami' -l mfa-command -x -d 'prints such a code'
complete -c rdspass -n '__rdspass_is whoami' -l no-cache -d 'leave the AWS CLI\'s cache of roles alone'
complete -c rdspass -n '__rdspass_is whoami' -l quiet -s 'q' -d 'no warnings'
complete -c rdspass -n '__rdspass_is whoami' -l verbose -s 'v' -d 'say what was decided and why'
complete -c rdspass -n '__rdspass_is whoami' -l help -s '?' -d 'show this help'
complete -c rdspass -n '__rdspass_is whoami' -l version -d 'show the version'
complete -c rdspass -n '__rdspass_at whoami 0 --format --region --profile --role-arn --external-id --role-session-name --mfa-code --mfa-command' -a '(__rdspass_targets)'
complete -c rdspass -n '__rdspass_is inspect' -l format -x -a 'text json' -d 'how to print it'
complete -c rdspass -n '__rdspass_is inspect' -l host -l hostname -s 'h' -x -d 'the endpoint that it is meant for'
complete -c rdspass -n '__rdspass_is inspect' -l port -s 'P' -s 'p' -x -d 'the port of the endpoint'
complete -c rdspass -n '__rdspass_is inspect' -l user -l username -s 'u' -s 'U' -x -d 'the database user'
complete -c rdspass -n '__rdspass_is inspect' -l engine -x -a 'mysql postgres' -d 'the engine'
complete -c rdspass -n '__rdspass_is inspect' -l region -x -d 'the region, of a global writer'
complete -c rdspass -n '__rdspass_is inspect' -l profile -x -a '(__rdspass_profiles)' -d 'whose keys it is compared with'
complete -c rdspass -n '__rdspass_is inspect' -l quiet -s 'q' -d 'no warnings'
complete -c rdspass -n '__rdspass_is inspect' -l verbose -s 'v' -d 'say what was decided and why'
complete -c rdspass -n '__rdspass_is inspect' -l help -s '?' -d 'show this help'
complete -c rdspass -n '__rdspass_is inspect' -l version -d 'show the version'
complete -c rdspass -n '__rdspass_is ca' -l format -x -a 'text json' -d 'how list and check print'
complete -c rdspass -n '__rdspass_is ca' -l out -s 'o' -r -F -d 'where fetch puts the roots'
complete -c rdspass -n '__rdspass_is ca' -l quiet -s 'q' -d 'no warnings'
complete -c rdspass -n '__rdspass_is ca' -l verbose -s 'v' -d 'say what was decided and why'
complete -c rdspass -n '__rdspass_is ca' -l help -s '?' -d 'show this help'
complete -c rdspass -n '__rdspass_is ca' -l version -d 'show the version'
complete -c rdspass -n '__rdspass_at ca 0 --format --out -o' -a 'list print path check fetch'
complete -c rdspass -n '__rdspass_at ca 1 --format --out -o' -a 'amazon global'
complete -c rdspass -n '__rdspass_at ca 2 --format --out -o' -a 'amazon global'
complete -c rdspass -n '__rdspass_is help' -l quiet -s 'q' -d 'no warnings'
complete -c rdspass -n '__rdspass_is help' -l verbose -s 'v' -d 'say what was decided and why'
complete -c rdspass -n '__rdspass_is help' -l help -s '?' -d 'show this help'
complete -c rdspass -n '__rdspass_is help' -l version -d 'show the version'
complete -c rdspass -n '__rdspass_at help 0' -a 'connect exec token doctor whoami inspect ca help'
