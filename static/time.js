// The reader's own time beside the event's, where the clocks differ:
// <time datetime="start" data-own-time="end" data-zone="the event's zone">.

const day = { weekday: "long", day: "numeric", month: "long" };
const clock = { hour: "2-digit", minute: "2-digit" };
const print = (moment, parts, timeZone) => new Intl.DateTimeFormat("en-GB", { ...parts, timeZone }).format(moment);

for (const time of document.querySelectorAll("time[data-own-time]")) {
  const start = new Date(time.dateTime);
  const end = new Date(time.dataset.ownTime);
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const wall = (zone) => print(start, { ...day, ...clock }, zone);
  try {
    if (wall(here) === wall(time.dataset.zone)) continue;
  } catch {
    continue; // a zone this browser does not know
  }
  const until = print(end, print(start, day, here) === print(end, day, here) ? clock : { ...day, ...clock }, here);
  const own = document.createElement("span");
  own.className = "own-time";
  own.textContent = `Your time: ${print(start, day, here)}, ${print(start, clock, here)}–${until} (${here})`;
  time.after(own);
}
