#!/bin/sh
# leash.sh PROGRAM [ARGUMENT...]: runs a program that does not watch its standard input, and ends it when ours ends.
# Whoever started us holds the other end of that pipe, so even its SIGKILL ends the program. TERM, INT and HUP end it too.
# The program gets TERM, and KILL 5 s later, or LEASH_GRACE_SECONDS. Its exit status is ours. With RELOAD_ON=FILE it gets HUP whenever that file has changed.
program=
reloader=
asked=
end_program() {
  asked=yes
  [ -n "$program" ] && kill -TERM "$program" 2>/dev/null
}
trap end_program TERM INT HUP

# An asynchronous command would get /dev/null for its standard input.
exec 3<&0 </dev/null
"$@" 3<&- &
program=$!
[ -n "$asked" ] && kill -TERM "$program" 2>/dev/null

(
  trap - TERM INT HUP
  while read -r _; do :; done
  kill -TERM "$program" 2>/dev/null
  left=${LEASH_GRACE_SECONDS:-5}
  while [ "$left" -gt 0 ]; do sleep 1; left=$((left - 1)); done
  kill -KILL "$program" 2>/dev/null
) <&3 >/dev/null 2>&1 &
watcher=$!
exec 3<&-

if [ -n "${RELOAD_ON:-}" ]; then
  (
    trap - TERM INT HUP
    seen=$(cksum <"$RELOAD_ON" 2>/dev/null)
    while sleep 1 && kill -0 "$program" 2>/dev/null; do
      now=$(cksum <"$RELOAD_ON" 2>/dev/null)
      [ "$now" = "$seen" ] || kill -HUP "$program" 2>/dev/null
      seen=$now
    done
  ) </dev/null >/dev/null 2>&1 &
  reloader=$!
fi

# A signal of our own interrupts `wait` while the program still runs: then wait again.
while :; do
  wait "$program"
  status=$?
  kill -0 "$program" 2>/dev/null || break
done
kill -KILL "$watcher" 2>/dev/null
[ -z "$reloader" ] || kill -KILL "$reloader" 2>/dev/null
exit "$status"
