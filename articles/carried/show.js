// The page: what was found, in words.

const $ = (id) => document.getElementById(id);

// make is an element with text or elements in it; whatever comes from the data is text.
function make(name, attributes = {}, ...within) {
  const e = document.createElement(name);
  for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
  e.append(...within.map((x) => (typeof x === 'string' ? shown(x) : x)));
  return e;
}

// shown is text in which nothing is hidden: what cannot be seen, or turns the order of letters, stands by its number.
const shown = (s) => s.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/gu, (c) => `⟨U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`);

const marks = new Map([[true, ['good', 'Holds']], [false, ['bad', 'FAILED']], [null, ['none', 'Not checked here']]]);

function verdict(v) {
  const [kind, word] = marks.get(v.ok);
  const item = make('li', { class: kind }, make('span', { class: 'mark' }, word), make('strong', {}, v.subject), make('span', { class: 'why' }, v.why));
  if (v.ok && v.document?.bytes) item.append(saved(v.name, v.document));
  return item;
}

// saved is a button that saves a document under the name that it has in the ledger. No type of it is told to
// the browser, so that nothing of it is run.
function saved(name, d) {
  const button = make('button', { type: 'button' }, `Save ${name}`);
  button.addEventListener('click', () => {
    const link = make('a', { download: name.replace(/^attachment: /, '').replace(/[^\p{L}\p{N}._ -]/gu, '_') });
    link.href = URL.createObjectURL(new Blob([d.bytes], { type: 'application/octet-stream' }));
    link.click();
    URL.revokeObjectURL(link.href);
  });
  return button;
}

function summary(all) {
  const failed = all.filter((v) => v.ok === false).length;
  const open = all.filter((v) => v.ok === null).length;
  const rest = open === 0 ? '' : ` ${counted(open, 'is', 'are')} not checked here.`;
  if (failed > 0) return ['bad', `${failed} of ${all.length} verdicts failed.${rest} They stand first in `];
  return ['good', `All ${all.length - open} verdicts hold.${rest}`];
}

const failedFirst = (verdicts) => [...verdicts].sort((x, y) => (y.ok === false) - (x.ok === false));

// together takes failures that follow each other for the same reason as one: an entry that is gone shows in each
// checkpoint after it.
function together(verdicts) {
  const out = [];
  for (const v of verdicts) {
    const before = out.at(-1);
    if (v.ok === false && before?.ok === false && before.why === v.why && before.subject.startsWith('The ledger, checkpoint')) before.more += 1;
    else out.push({ ...v, more: 0 });
  }
  return out.map((v) => (v.more === 0 ? v : { ...v, subject: `${v.subject}, and ${v.more} more after it` }));
}

// where are links to the parts in which a verdict failed.
function where(parts) {
  const bad = Object.entries(parts).map(([id, verdicts]) => [id, verdicts.filter((v) => v.ok === false).length]).filter(([, n]) => n > 0);
  return bad.flatMap(([id, n], i) => [i > 0 ? ', ' : '', make('a', { href: `#h-${id}` }, `“${$(`h-${id}`).textContent}”`), ` (${n})`]).concat('.');
}

function show({ report, terms, versions, ledger, documents }, data) {
  const parts = { versions, ledger, documents };
  const [kind, words] = summary(Object.values(parts).flat());
  $('summary').className = kind;
  $('summary').replaceChildren(words, ...(kind === 'bad' ? where(parts) : []));
  for (const [id, verdicts] of Object.entries(parts)) $(id).replaceChildren(...together(failedFirst(verdicts)).map(verdict));
  $('number').textContent = shown(terms?.agreement.number ?? data.agreement);
  $('parties').textContent = terms ? shown(`${terms.parties.a.name} and ${terms.parties.b.name}; on its node it is ${data.agreement}`) : '';
  const rows = report.entries.map((e) => make('tr', {}, make('td', {}, String(e.n)), make('td', {}, moment(e.time)), make('td', {}, called(e.party)), make('td', {}, e.clause), make('td', {}, e.type)));
  $('entries').replaceChildren(...rows);
  document.body.dataset.done = kind;
}

const asked = () => Object.fromEntries(['a', 'b', 'log'].map((id) => [id, $(`key-${id}`).value.trim()]).filter(([, v]) => v));

async function start() {
  const data = JSON.parse($('data').textContent);
  const judge = async () => show(await judged(data, asked()), data);
  $('keys').addEventListener('submit', (event) => {
    event.preventDefault();
    judge();
  });
  await judge();
}

start().catch((err) => {
  $('summary').className = 'bad';
  $('summary').textContent = `FAILED: the data in this page cannot be read (${shown(err.message)}).`;
  document.body.dataset.done = 'bad';
});
