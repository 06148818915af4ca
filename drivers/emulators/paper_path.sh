#!/bin/sh
# The paper path of the virtual printer: ippeveprinter runs this for each document ($1), see PrintRoom in cups.py.
# The room's folder comes in TONGBAN_ROOM; each file in its `control` folder is one thing that is wrong with the printer.
room=$TONGBAN_ROOM
control=$room/control

reasons() {
  for pair in jam:media-jam cover_open:cover-open toner_out:toner-empty; do
    [ -e "$control/${pair%%:*}" ] && echo "${pair#*:}"
  done
}

# ippeveprinter counts the sheets in its tray and says itself when paper is out; all else it learns from here.
told=unknown
tell() {
  now=$(reasons)
  [ "$now" = "$told" ] && return
  echo "STATE: -media-jam,cover-open,toner-empty" >&2
  for reason in $now; do echo "STATE: +$reason-error" >&2; done
  told=$now
  echo "$now" >"$room/told"
}

tell
# A job of the room itself: it only makes an idle printer show its faults.
[ "$IPP_JOB_NAME" = "room-state" ] && exit 0

: >"$room/busy"
while [ -n "$told" ] || [ -e "$control/paper_out" ] || [ -e "$control/hold" ]; do
  sleep 0.05
  tell
done
rm -f "$room/busy"

# A real printer drops what was cancelled while it waited; ippeveprinter leaves that to its command.
uri=ipp://localhost:$TONGBAN_PORT/ipp/print
ipptool -q -d job="$IPP_JOB_ID" "$uri" "$room/is-cancelled.test" >/dev/null 2>&1 && exit 0
[ -e "$control/ruin" ] && exit 1

case $CONTENT_TYPE in application/pdf) suffix=pdf ;; *) suffix=pwg ;; esac
name=$(date +%s%N).$suffix
cp "$1" "$room/received/.$name" && mv "$room/received/.$name" "$room/received/$name" || exit 1
# Pages that came out, as a printer counts them.
sheets=1
[ "$suffix" = pdf ] && sheets=$(pdfinfo "$1" 2>/dev/null | sed -n 's/^Pages: *//p')
echo "ATTR: job-impressions-completed=${sheets:-1}" >&2
exit 0
