// Times as a reader in a time zone sees them.

const SHAPES = {
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  day_divider_pretty: { weekday: "long", month: "long", day: "numeric" },
  time: { hour: "numeric", minute: "2-digit" },
  time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
};
const DAY = 86_400_000;
const AGO = [
  ["day", DAY],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
];

// Making a format takes longer than using it.
const formats = new Map();

function format(when, locale, options) {
  const key = JSON.stringify([locale, options]);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, options));
  return formats.get(key).format(when);
}

export function written(when, zone, shape) {
  return format(when, "en-US", { ...SHAPES[shape], timeZone: zone });
}

// The date as 2026-11-22 where the reader is: equal for two instants of one day.
export function dayOf(when, zone) {
  return format(when, "sv-SE", { timeZone: zone });
}

// "Today", "Yesterday", "Tomorrow", or null for other days.
function nearDay(when, zone, now = new Date()) {
  const near = { Yesterday: -DAY, Today: 0, Tomorrow: DAY };
  return (
    Object.keys(near).find((name) => dayOf(new Date(now.getTime() + near[name]), zone) === dayOf(when, zone)) ?? null
  );
}

export function dayName(when, zone) {
  return nearDay(when, zone) ?? written(when, zone, "day_divider_pretty");
}

// Fills the placeholders of https://docs.slack.dev/messaging/formatting-message-text#date-formatting
export function slackDate(form, seconds, zone) {
  const when = new Date(seconds * 1000);
  return form.replace(/\{(\w+)\}/g, (placeholder, name) => {
    if (name === "date_num") return dayOf(when, zone);
    if (name === "ago") return ago(when);
    const shape = name.startsWith("date") ? name.replace("_pretty", "") : name;
    if (!(shape in SHAPES)) return placeholder;
    return (name.endsWith("_pretty") && nearDay(when, zone)?.toLowerCase()) || written(when, zone, shape);
  });
}

function ago(when) {
  const passed = when - Date.now();
  const [unit, length] = AGO.find(([, each]) => Math.abs(passed) >= each) ?? AGO.at(-1);
  return new Intl.RelativeTimeFormat("en-US", { numeric: "auto" }).format(Math.round(passed / length), unit);
}

// What a datetime-local input shows for an instant, where the reader is.
export function toLocalInput(seconds, zone) {
  const when = new Date(seconds * 1000);
  const time = format(when, "sv-SE", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
  return `${dayOf(when, zone).padStart(10, "0")}T${time}`;
}

// The instant, in seconds, that a datetime-local input means where the reader is; null where it means none yet.
// The zone's offset is looked up twice, because the first guess may lie on the other side of a clock change.
export function fromLocalInput(text, zone) {
  const asIfUtc = Date.parse(`${text}:00Z`);
  if (Number.isNaN(asIfUtc)) return null;
  const offset = (instant) => Date.parse(`${toLocalInput(instant / 1000, zone)}:00Z`) - instant;
  const guess = asIfUtc - offset(asIfUtc);
  const seconds = (asIfUtc - offset(guess)) / 1000;
  // A year that is still being typed is long ago.
  return seconds >= 0 ? seconds : null;
}

// What names the zone of a reader beside a time they type.
export function zoneName(zone) {
  return zone.split("/").at(-1).replaceAll("_", " ");
}
