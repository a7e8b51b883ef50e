/** The emoji that are written as `:name:`; any other name is shown as it was written. */
const emoji: Readonly<Record<string, string>> = {
  "+1": "👍",
  "-1": "👎",
  arrows_counterclockwise: "🔄",
  arrow_forward: "▶️",
  bar_chart: "📊",
  bell: "🔔",
  bulb: "💡",
  calendar: "📅",
  chart_with_downwards_trend: "📉",
  chart_with_upwards_trend: "📈",
  clipboard: "📋",
  dart: "🎯",
  exclamation: "❗",
  eyes: "👀",
  gear: "⚙️",
  heavy_check_mark: "✔️",
  hourglass: "⌛",
  hourglass_flowing_sand: "⏳",
  information_source: "ℹ️",
  key: "🔑",
  large_blue_circle: "🔵",
  large_green_circle: "🟢",
  large_yellow_circle: "🟡",
  link: "🔗",
  lock: "🔒",
  mag: "🔍",
  memo: "📝",
  moneybag: "💰",
  no_entry: "⛔",
  no_entry_sign: "🚫",
  package: "📦",
  pause_button: "⏸️",
  question: "❓",
  red_circle: "🔴",
  robot_face: "🤖",
  rocket: "🚀",
  rotating_light: "🚨",
  shrug: "🤷",
  smile: "😄",
  sparkles: "✨",
  stopwatch: "⏱️",
  tada: "🎉",
  thumbsup: "👍",
  thumbsdown: "👎",
  wave: "👋",
  warning: "⚠️",
  wastebasket: "🗑️",
  white_check_mark: "✅",
  white_circle: "⚪",
  wrench: "🔧",
  x: "❌",
  zap: "⚡",
};

/** Undefined for a name that isn't in the list. */
export function findEmoji(name: string): string | undefined {
  return Object.hasOwn(emoji, name) ? emoji[name] : undefined;
}

/** Replaces the known `:names:` in plain text. */
export function replaceEmoji(text: string): string {
  return text.replaceAll(/:([a-z0-9_+-]+):/gu, (whole, name: string) => findEmoji(name) ?? whole);
}
