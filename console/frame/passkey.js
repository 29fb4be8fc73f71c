// Passkeys for the forms that ask for one: makes or uses one in the browser, puts what the browser says
// into the form, and sends it. What it asks for stands in the form's data attributes.
'use strict';
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  const words = (text) => (text ? text.split(' ') : []);
  const base64url = (buffer) =>
    btoa(Array.from(new Uint8Array(buffer), (b) => String.fromCharCode(b)).join('')).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  const known = (ids) => words(ids).map((id) => ({ type: 'public-key', id: bytes(id) }));

  const make = (d) =>
    navigator.credentials.create({
      publicKey: {
        challenge: bytes(d.challenge),
        rp: { id: d.site, name: 'Entente' },
        user: { id: bytes(d.handle), name: d.name, displayName: d.name },
        pubKeyCredParams: words(d.algorithms).map((alg) => ({ type: 'public-key', alg: Number(alg) })),
        excludeCredentials: known(d.known),
        authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
        attestation: 'none',
        timeout: 300000,
      },
    });
  const use = (d) =>
    navigator.credentials.get({
      publicKey: { challenge: bytes(d.challenge), rpId: d.site, allowCredentials: known(d.known), userVerification: 'required', timeout: 300000 },
    });

  const said = {
    NotAllowedError: 'Nothing was confirmed. Try again, and confirm with your finger, face or PIN.',
    InvalidStateError: 'This device has a passkey for you already.',
    SecurityError: 'Passkeys work at the address of this node only, and this page was opened by another.',
  };

  for (const form of document.querySelectorAll('form[data-passkey]')) {
    const notice = form.querySelector('[data-without]');
    if (!window.PublicKeyCredential || !navigator.credentials) {
      notice.textContent = 'This browser has no passkeys here. Use another browser or device.';
      continue;
    }
    notice.hidden = true;
    form.querySelector('button[type="submit"]').disabled = false;
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      notice.hidden = true;
      try {
        const credential = await (form.dataset.passkey === 'make' ? make : use)(form.dataset);
        const { response } = credential;
        const answer = {
          credential: credential.rawId,
          client_data: response.clientDataJSON,
          attestation: response.attestationObject,
          authenticator_data: response.authenticatorData,
          signature: response.signature,
          handle: response.userHandle,
        };
        for (const [name, value] of Object.entries(answer)) {
          const field = form.elements.namedItem(name);
          if (field && value) field.value = base64url(value);
        }
        form.submit();
      } catch (e) {
        notice.textContent = said[e.name] ?? 'The browser could not use a passkey. Try again.';
        notice.hidden = false;
      }
    });
  }
})();
