/* Shows in nbclassic, the light notebook, and on the page of a folder what
 * labextension/static/notices.js shows in JupyterLab, and tells the server when somebody uses the
 * page.
 *
 * It is loaded as it is, whole: no framework, no builder, few bytes; by nbclassic's loader, or
 * where there is none by itself. The sentences come from the hub, in the language of whoever reads
 * them.
 */
(window.define || (make => make().load_ipython_extension()))(() => {
  'use strict';

  const EVERY_MS = 60_000;
  const base = `${decodeURIComponent(document.body.dataset.baseUrl)}catalyst-hub/`;
  // Screen readers say what comes into it, so it is there, empty, from the beginning.
  const box = document.createElement('div');
  let shown = '';
  let toldAt = -EVERY_MS;

  async function ask(path, method = 'GET') {
    const token = document.cookie.match(/(?:^|; )_xsrf=([^;]*)/);
    const headers = token ? { 'X-XSRFToken': decodeURIComponent(token[1]) } : {};
    const answer = await fetch(base + path, { method, headers, cache: 'no-store' });
    const isJson = (answer.headers.get('Content-Type') || '').startsWith('application/json');
    return { isDone: answer.ok && isJson, said: isJson ? await answer.json() : {} };
  }

  function put(parent, name, words, properties = {}) {
    const made = Object.assign(document.createElement(name), { textContent: words }, properties);
    parent.append(made);
    return made;
  }

  function row(notice) {
    const line = document.createElement('p');
    line.style.cssText = 'display:flex;flex-wrap:wrap;gap:.5em;align-items:center;margin:.4em 0';
    put(line, 'span', notice.sentence);
    if (notice.keep) {
      put(line, 'button', notice.keep.label, { className: 'btn btn-default', onclick: () => keep(notice.id) });
    }
    if (notice.ask) {
      put(line, 'a', notice.ask.label, { className: 'btn btn-default', href: notice.ask.url, target: '_blank', rel: 'noopener' });
    }
    return line;
  }

  /** What stays the same is not said again; whoever stands on a button that goes stays here. */
  function show({ language, notices }) {
    const words = JSON.stringify(notices);
    if (words === shown) {
      return;
    }
    const isHere = box.contains(document.activeElement);
    shown = words;
    box.lang = language || '';
    box.hidden = !notices.length;
    box.replaceChildren(...notices.map(row));
    if (isHere) {
      box.focus();
    }
    // The notebook takes what the header leaves.
    window.dispatchEvent(new Event('resize'));
  }

  async function look() {
    if (document.hidden) {
      return;
    }
    try {
      const { isDone, said } = await ask('notices');
      if (isDone) {
        show(said);
      }
    } catch (error) {
      // The line is down, or the server: the next look tells.
      console.debug('catalyst-hub', error);
    }
  }

  async function keep(id) {
    const { isDone, said } = await ask(`notices/${id}/keep`, 'POST');
    if (isDone) {
      show(said);
    } else if (said.message) {
      put(box, 'p', said.message);
    }
  }

  /** Once a minute at most, and never while nobody is there. What was touched is not said. */
  function touch(event) {
    if (event.isTrusted && performance.now() - toldAt >= EVERY_MS) {
      toldAt = performance.now();
      ask('touch', 'POST').catch(error => console.debug('catalyst-hub', error));
    }
  }

  function load_ipython_extension() {
    Object.assign(box, { id: 'catalyst-notices', role: 'alert', tabIndex: -1, hidden: true });
    box.style.cssText =
      'background:#fff4ce;color:#1b1b1b;padding:0 1em;max-height:40vh;overflow:auto';
    // Keys that are pressed here are no commands to the notebook.
    box.addEventListener('keydown', event => event.stopPropagation());
    (document.getElementById('header') || document.body).prepend(box);
    for (const kind of ['keydown', 'pointerdown', 'pointermove', 'wheel']) {
      window.addEventListener(kind, touch, { capture: true, passive: true });
    }
    look();
    setInterval(look, EVERY_MS);
    document.addEventListener('visibilitychange', look);
  }

  return { load_ipython_extension };
});
