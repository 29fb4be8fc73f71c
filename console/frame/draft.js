// Saves a form a moment after one has typed, and renews what stands beside it: the clauses, and what
// checking finds. Without this script the form's button does the same.
'use strict';
(() => {
  const form = document.querySelector('form[data-beside]');
  if (!form) return;
  const notice = document.createElement('p');
  notice.className = 'hint';
  notice.setAttribute('role', 'status');
  form.lastElementChild.append(notice);
  let waiting = 0;
  let typed = 0; // how often
  const renew = (fresh) => {
    for (const part of document.querySelectorAll('#' + form.dataset.beside + ', .findings')) {
      const now = fresh.getElementById(part.id);
      if (now && now.innerHTML !== part.innerHTML) part.replaceChildren(...document.importNode(now, true).childNodes);
    }
  };
  const send = () => {
    const at = typed;
    const body = new URLSearchParams(new FormData(form));
    const request = new XMLHttpRequest(); // it gives a document without making text into one
    request.open('POST', form.action);
    request.responseType = 'document';
    request.onload = () => {
      const fresh = request.response;
      if (at !== typed) return; // an older answer
      if (!fresh || !fresh.querySelector('form[data-beside]')) return (notice.textContent = 'Not saved. Press the button to see why.');
      renew(fresh);
      notice.textContent = request.status === 422 ? 'Saved, except for what could not be read.' : 'Saved.';
    };
    request.onerror = () => (notice.textContent = 'Not saved: this node does not answer. Press the button to try again.');
    request.send(body);
  };
  form.addEventListener('input', () => {
    typed++;
    notice.textContent = '';
    clearTimeout(waiting);
    waiting = setTimeout(send, 500);
  });
  form.addEventListener('submit', () => clearTimeout(waiting));
})();
