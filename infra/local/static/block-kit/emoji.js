// The few names of emoji that apps use most; any other name stays as it was written.

const EMOJI = {
  white_check_mark: "✅",
  heavy_check_mark: "✔️",
  x: "❌",
  warning: "⚠️",
  hourglass: "⌛",
  alarm_clock: "⏰",
  calendar: "📅",
  bell: "🔔",
  memo: "📝",
  eyes: "👀",
  tada: "🎉",
  wave: "👋",
  link: "🔗",
  lock: "🔒",
  mag: "🔍",
  no_entry: "⛔",
  question: "❓",
  information_source: "ℹ️",
  arrow_right: "➡️",
  red_circle: "🔴",
  large_green_circle: "🟢",
};

export function emoji(name) {
  return EMOJI[name] ?? `:${name}:`;
}
