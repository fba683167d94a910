// Reads calendars as Thunderbird does: a JSON list of them from standard input, what each says to standard output.
// The one argument is where ical.js is.

const { default: ICAL } = await import(process.argv[2]);
ICAL.design.strict = true;

const utc = (time) => time.toJSDate().toISOString();

function read(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const events = calendar.getAllSubcomponents('vevent');
  if (events.length !== 1) throw new Error(`${events.length} events`);
  const entry = events[0];
  const event = new ICAL.Event(entry);
  const of = (name) => entry.getFirstPropertyValue(name);
  if (!event.uid || !of('dtstamp')) throw new Error('no UID, or no DTSTAMP');
  return {
    method: calendar.getFirstPropertyValue('method'),
    uid: event.uid,
    sequence: event.sequence,
    stamp: utc(of('dtstamp')),
    start: utc(event.startDate),
    end: utc(event.endDate),
    summary: event.summary,
    location: event.location ?? '',
    status: of('status'),
    organizer: event.organizer,
    attendees: event.attendees.map((each) => each.getFirstValue()),
  };
}

let given = '';
for await (const part of process.stdin.setEncoding('utf8')) given += part;
const answers = JSON.parse(given).map((text) => {
  try {
    return read(text);
  } catch (error) {
    return { refused: String(error.message ?? error) };
  }
});
process.stdout.write(JSON.stringify(answers));
