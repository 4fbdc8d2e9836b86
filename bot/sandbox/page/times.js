// Times as the demo's zone shows them.

let zone = "Asia/Shanghai";
export const setZone = (name) => { zone = name; };

const format = (options) => (date) => new Intl.DateTimeFormat("zh-CN", { timeZone: zone, ...options }).format(date);
const clock = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dayKey = (date) => format({ year: "numeric", month: "2-digit", day: "2-digit" })(date);

export const hhmm = (seconds) => clock(new Date(seconds * 1000));
export const timeOf = (date) => clock(date);
export const dateOf = (date) => format({ month: "long", day: "numeric", weekday: "short" })(date);
export const shortDate = (date) => format({ month: "numeric", day: "numeric" })(date);
export const sameDay = (a, b) => dayKey(new Date(a * 1000)) === dayKey(new Date(b * 1000));
export const hourOf = (date) => Number(format({ hour: "2-digit", hourCycle: "h23" })(date).replace(/\D/g, ""));

/** 今天, 昨天 or the date, as a separator between days. */
export function dayName(seconds, nowMs) {
  const now = nowMs / 1000;
  if (sameDay(seconds, now)) return "今天";
  if (sameDay(seconds, now - 86400)) return "昨天";
  return dateOf(new Date(seconds * 1000));
}

/** For a list: the time today, otherwise the date. */
export const whenShort = (seconds, nowMs) =>
  sameDay(seconds, nowMs / 1000) ? hhmm(seconds) : shortDate(new Date(seconds * 1000));

/** What a datetime-local field wants, in the demo's zone. */
export function fieldValue(date) {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat("en-GB", {
      timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    }).formatToParts(date).map(({ type, value }) => [type, value]),
  );
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}
