#!/bin/sh
# Reads lines `+PGID` and `-PGID` from standard input. When that ends, because the process manager did, by whatever signal, it gives the process groups
# that are left 3 s to end by themselves, as each does that notices, and kills the rest: an instance that hangs notices nothing.
trap '' TERM INT HUP
groups=' '
while read -r line; do
  group=${line#?}
  case $line in
    +*) groups="$groups$group " ;;
    -*) case $groups in *" $group "*) groups="${groups%% "$group" *} ${groups#* "$group" }" ;; esac ;;
  esac
done
for _ in 1 2 3; do
  alive=
  for group in $groups; do kill -0 "-$group" 2>/dev/null && alive=yes; done
  [ -n "$alive" ] || exit 0
  sleep 1
done
for group in $groups; do kill -KILL "-$group" 2>/dev/null; done
exit 0
