// Shows times on the reader's own clocks, and beside them on those of the agreement, as the server wrote them. Where both
// show the same, and without this script, the agreement's stand alone. Days are always the agreement's.
'use strict';
globalThis.clocks = (page) => {
  let told = false;
  for (const time of page.querySelectorAll('main time[datetime]')) {
    const [, sign, hours, minutes] = /T.*([+-])(\d\d):(\d\d)$/.exec(time.dateTime.replace(/Z$/, '+00:00')) ?? [];
    const at = new Date(time.dateTime);
    if (!sign || isNaN(at) || -at.getTimezoneOffset() === Number(`${sign}1`) * (60 * hours + 1 * minutes)) continue;
    const theirs = time.textContent;
    const clock = { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' };
    if (/:\d\d:/.test(theirs)) clock.second = '2-digit';
    const day = at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
    const same = theirs.startsWith(`${day}, `);
    const beside = document.createElement('span');
    beside.className = 'theirs';
    beside.textContent = ` (${same ? theirs.slice(day.length + 2) : theirs})`;
    time.replaceChildren(`${day}, ${at.toLocaleTimeString('en-GB', clock)}`, beside);
    told = true;
  }
  const say = page.querySelector('.foot [data-clocks]');
  if (say && told) say.textContent = ` Times are shown on your clocks (${Intl.DateTimeFormat().resolvedOptions().timeZone}) and, in brackets, on the agreement’s.`;
};
clocks(document);
