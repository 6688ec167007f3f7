#!/bin/sh
# gate.sh HOLD_FILE COMMAND [ARGUMENT...]: keeps a PostgreSQL server running while nobody holds it down.
# While HOLD_FILE holds a time in the future (Unix seconds, at most 900 s ahead; anything else is no hold) the server is stopped by INT, which is
# PostgreSQL's fast shutdown, and not started. It starts again when that time is over or the file is gone, and needs nobody else for that.
# TERM, INT and HUP end the server and us. So does, with LAB_LEASH=stdin, the end of standard input: whoever started us holds the other end of
# that pipe, so even its SIGKILL ends the server. A server that does not end within 4 s gets QUIT. Our exit status is the server's.
hold_file=$1
shift
server=
asked=
ender=
leash=

held() {
  [ -r "$hold_file" ] || return 1
  held_until=
  read -r held_until 2>/dev/null <"$hold_file"
  case $held_until in '' | *[!0-9]* | ???????????*) return 1 ;; esac
  now=$(date +%s)
  [ "$held_until" -gt "$now" ] && [ "$held_until" -le $((now + 900)) ]
}

# A server that is just starting ignores the first INT.
end_server() {
  for _ in 1 2 3 4; do
    kill -INT "$1" 2>/dev/null || return
    sleep 1 &
    wait $!
  done
  kill -QUIT "$1" 2>/dev/null
}

# A subshell of its own; its exit status is 0 once it began to end the server, because of a hold or because we were killed.
watch() {
  trap - TERM INT HUP
  until held; do
    kill -0 $$ 2>/dev/null || break
    sleep 1
  done
  trap 'exit 0' TERM
  end_server "$1"
  exit 0
}

on_signal() {
  asked=yes
  [ -z "$server" ] || [ -n "$ender" ] && return
  (
    trap - TERM INT HUP
    end_server "$server"
  ) &
  ender=$!
}
trap on_signal TERM INT HUP

if [ "${LAB_LEASH:-}" = stdin ]; then
  # An asynchronous command would get /dev/null for its standard input.
  exec 3<&0
  (
    trap - TERM INT HUP
    while read -r _; do :; done
    kill -TERM $$
  ) <&3 >/dev/null 2>&1 &
  leash=$!
  exec 3<&-
fi
exec </dev/null

finish() {
  [ -z "$leash" ] || kill -KILL "$leash" 2>/dev/null
  [ -z "$ender" ] || kill -KILL "$ender" 2>/dev/null
  exit "$1"
}

while :; do
  while [ -z "$asked" ] && held; do
    sleep 1 &
    wait $!
  done
  [ -z "$asked" ] || finish 0

  "$@" &
  server=$!
  watch "$server" &
  watcher=$!
  [ -z "$asked" ] || on_signal

  # A signal of our own interrupts `wait` while the server still runs: then wait again.
  while :; do
    wait "$server"
    status=$?
    kill -0 "$server" 2>/dev/null || break
  done
  server=
  kill -TERM "$watcher" 2>/dev/null
  wait "$watcher" 2>/dev/null
  was_held=$?
  [ -z "$asked" ] && [ "$was_held" -eq 0 ] || finish "$status"
done
