// Reads a calendar with ical.js from standard input and prints its events as JSON: uid, summary, start, whether it is a
// whole day, and the instants of its alarms.
import ICAL from "ical.js";

let text = "";
for await (const chunk of process.stdin) text += chunk;
const calendar = new ICAL.Component(ICAL.parse(text));
console.log(JSON.stringify(calendar.getAllSubcomponents("vevent").map((c) => {
  const e = new ICAL.Event(c);
  return { uid: e.uid, summary: e.summary, start: e.startDate.toString(), day: e.startDate.isDate, alarms: c.getAllSubcomponents("valarm").map((a) => a.getFirstPropertyValue("trigger").toString()) };
})));
