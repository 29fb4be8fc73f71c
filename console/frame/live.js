// Shows a page as it is now when others act meanwhile, and says who did what. The server makes the page as ever; this
// script asks for it again and takes over what is different. What one has typed, opened or stands on stays as it is,
// and nothing changes within a moment of a key or a click. A text that is to be signed or answered never changes
// before one's eyes: the page then only says that there is another.
'use strict';
(() => {
  const follows = document.querySelector('main[data-follows]')?.dataset;
  if (!follows || !window.EventSource) return;
  const calm = 1000; // milliseconds that nothing is touched before the page changes
  const apart = 1500; // between two questions for the page
  const address = follows.follows;
  let last = follows.after;
  let source = null;
  let waiting = 0; // a timer
  let asking = false;
  let stale = false; // something was left as it was, because somebody is at it
  let over = false;
  let touched = -calm;
  let asked = -apart;
  let said = [];

  const note = document.createElement('aside');
  note.className = 'news';
  note.setAttribute('aria-label', 'News');
  const words = document.createElement('p');
  words.setAttribute('role', 'status');
  const anew = document.createElement('button');
  anew.type = 'button';
  anew.textContent = 'Show the page as it is now';
  anew.addEventListener('click', () => location.reload());
  const close = document.createElement('button');
  close.type = 'button';
  close.className = 'quiet';
  close.textContent = 'Close';
  close.addEventListener('click', () => {
    document.querySelector('main').focus({ preventScroll: true }); // the button that has the focus goes away
    tell('');
  });
  note.append(words);
  document.body.append(note);

  function tell(text, reload) {
    words.textContent = text;
    anew.remove();
    close.remove();
    if (text) note.append(...(reload ? [anew, close] : [close]));
  }

  // news is what was said since the page was last as it is.
  function news() {
    const text = said.slice(-3).join(' · ');
    return said.length > 3 ? `${text} · and ${said.length - 3} more before` : text;
  }

  // Of a field, whether somebody has filled it in; of a part of the page, whether somebody is at it.
  function filled(field) {
    if (field.type === 'checkbox' || field.type === 'radio') return field.checked !== field.defaultChecked;
    if (!field.options) return field.value !== field.defaultValue;
    return field.selectedIndex !== Math.max(0, [...field.options].findIndex((o) => o.defaultSelected));
  }

  function held(part) {
    return part.nodeType === 1 && (part.contains(document.activeElement) || [...part.querySelectorAll('input, textarea, select')].some(filled));
  }

  function ids(part) {
    return part.nodeType === 1 ? [part, ...part.querySelectorAll('[id]')].map((e) => e.id).filter(Boolean) : [];
  }

  // pairs finds what is on the page of what is to be there: by ids, else by its text, else in order.
  function pairs(olds, news) {
    const found = new Map();
    const left = new Set(olds);
    const pair = (now, old) => {
      if (!old || !left.has(old) || found.has(now) || old.nodeName !== now.nodeName) return;
      found.set(now, old);
      left.delete(old);
    };
    const bare = new Map();
    const byId = new Map();
    for (const old of olds) for (const id of ids(old)) byId.set(id, old);
    for (const now of news) {
      const names = ids(now);
      bare.set(now, names.length === 0);
      for (const id of names) pair(now, byId.get(id));
    }
    const byText = new Map();
    const text = (e) => e.nodeName + e.textContent;
    for (const old of left) byText.has(text(old)) ? byText.get(text(old)).push(old) : byText.set(text(old), [old]);
    for (const now of news) if (!found.has(now)) pair(now, byText.get(text(now))?.shift());
    const rest = [...left].filter((old) => ids(old).length === 0);
    for (const now of news) {
      if (found.has(now) || !bare.get(now)) continue;
      const i = rest.findIndex((old) => old.nodeName === now.nodeName);
      if (i >= 0) pair(now, rest.splice(i, 1)[0]);
    }
    return { found, left };
  }

  // renew makes a part of the page what it is now.
  function renew(old, now) {
    if (old.isEqualNode(now)) return;
    if (old.nodeType !== 1) {
      old.data = now.data;
      old.parentElement.classList.add('fresh');
      return;
    }
    if (old.nodeName === 'FORM' && held(old)) {
      stale = true;
      return;
    }
    for (const { name } of [...old.attributes]) if (!now.hasAttribute(name) && name !== 'open') old.removeAttribute(name);
    for (const { name, value } of now.attributes) if (old.getAttribute(name) !== value && !(name === 'open' && old.nodeName === 'DETAILS')) old.setAttribute(name, value);
    const { found, left } = pairs([...old.childNodes], [...now.childNodes]);
    for (const gone of left) {
      if (held(gone)) stale = true;
      else gone.remove();
    }
    let at = old.firstChild;
    for (const one of now.childNodes) {
      const here = found.get(one);
      if (!here) {
        const made = document.importNode(one, true);
        if (made.nodeType === 1) made.classList.add('fresh');
        old.insertBefore(made, at);
        continue;
      }
      if (here !== at && !held(here)) old.insertBefore(here, at); // what somebody is at would lose the focus
      if (here === at || held(here)) at = here.nextSibling;
      renew(here, one);
    }
  }

  // another reports whether a form is now about another version of the text than the one that is shown.
  function another(page) {
    return [...document.querySelectorAll('main form')].some((form) => {
      const now = [...page.querySelectorAll('main form')].filter((f) => f.getAttribute('action') === form.getAttribute('action'));
      const version = (f) => f.querySelector('input[name=version]')?.getAttribute('value');
      return version(form) && now.length > 0 && !now.some((f) => version(f) === version(form));
    });
  }

  function show(page) {
    if (another(page)) return tell(news() || 'There is another version of the text.', true);
    stale = false;
    clocks(page);
    for (const part of ['header.bar', 'main']) {
      const [old, now] = [document.querySelector(part), page.querySelector(part)];
      if (old && now) renew(old, now);
    }
    document.title = page.title;
    if (said.length > 0) tell(news());
    said = [];
  }

  function end() {
    over = true;
    source?.close();
    tell('Your visit has ended: what you see here is no longer kept up to date.', true);
  }

  function ask() {
    asked = performance.now();
    asking = true;
    const request = new XMLHttpRequest(); // it gives a document without making text into one
    request.open('GET', location.href);
    request.setRequestHeader('Entente-Unasked', '1');
    request.responseType = 'document';
    request.timeout = 30000;
    request.onload = () => {
      if (request.status === 200 && request.response) show(request.response);
      else if (request.status === 403 || request.status === 404) end();
    };
    request.onloadend = () => (asking = false);
    request.send();
  }

  function soon() {
    clearTimeout(waiting);
    if (over) return;
    const now = performance.now();
    const wait = Math.max(asking ? apart : 200, asked + apart - now, touched + calm - now);
    waiting = setTimeout(() => (asking || performance.now() < touched + calm ? soon() : ask()), wait);
  }

  function follow() {
    if (source || over || document.hidden) return;
    source = new EventSource(`${address}?after=${encodeURIComponent(last)}`);
    source.onmessage = (e) => {
      last = e.lastEventId;
      const { says, own } = JSON.parse(e.data);
      if (!own) said.push(says);
      soon();
    };
    source.addEventListener('changed', soon);
    source.onerror = () => {
      if (source?.readyState !== EventSource.CLOSED) return; // it tries again by itself
      source = null;
      setTimeout(() => (soon(), follow()), 5000);
    };
  }

  function rest() {
    source?.close();
    source = null;
  }

  for (const kind of ['pointerdown', 'keydown', 'input']) addEventListener(kind, () => (touched = performance.now()), { capture: true, passive: true });
  addEventListener('focusout', () => stale && soon());
  addEventListener('pagehide', rest);
  addEventListener('pageshow', (e) => e.persisted && (soon(), follow()));
  document.addEventListener('visibilitychange', () => (document.hidden ? rest() : (soon(), follow())));
  follow();
})();
