/* Shows in JupyterLab, and in Notebook 7, when and why the hub is going to stop this server; and
 * tells the server when somebody uses the page, for an open page may have been left alone.
 *
 * This is the extension as it is loaded: nothing builds it. JupyterLab asks a federated module for
 * two functions, init and get, and gets them here; what is shown is said through JupyterLab's own
 * commands, so that no code of JupyterLab's is needed either. The sentences come from the hub,
 * in the language of whoever reads them.
 */
(() => {
  'use strict';

  const NAME = 'catalyst-hub';
  const KEEP = `${NAME}:keep`;
  const ASK = `${NAME}:ask`;
  const EVERY_MS = 60_000;
  const TOUCHES = ['keydown', 'pointerdown', 'pointermove', 'wheel'];

  const base = JSON.parse(document.getElementById('jupyter-config-data').textContent).baseUrl;
  const address = `${base}${NAME}/notices`;
  let toldAt = -EVERY_MS;
  /** What is shown: by the notice, JupyterLab's notification and the words it says. */
  const shown = new Map();

  async function ask(url, method = 'GET') {
    const token = document.cookie.match(/(?:^|; )_xsrf=([^;]*)/);
    const headers = token ? { 'X-XSRFToken': decodeURIComponent(token[1]) } : {};
    const answer = await fetch(url, { method, headers, cache: 'no-store' });
    const isJson = (answer.headers.get('Content-Type') || '').startsWith('application/json');
    return { isDone: answer.ok && isJson, said: isJson ? await answer.json() : {} };
  }

  function actions(notice) {
    const buttons = [];
    if (notice.keep) {
      buttons.push({ label: notice.keep.label, commandId: KEEP, args: { id: notice.id } });
    }
    if (notice.ask) {
      buttons.push({ label: notice.ask.label, commandId: ASK, args: { url: notice.ask.url } });
    }
    return buttons;
  }

  function say(app, message, type, buttons = []) {
    const options = { autoClose: false, actions: buttons };
    return app.commands.execute('apputils:notify', { message, type, options });
  }

  /** Each notice once, however often it is heard of; what has become void disappears. */
  async function show(app, notices) {
    for (const [id, known] of shown) {
      const notice = notices.find(one => one.id === id);
      if (!notice || JSON.stringify(notice) !== known.words) {
        shown.delete(id);
        await app.commands.execute('apputils:dismiss-notification', { id: known.notification });
      }
    }
    for (const notice of notices.filter(one => !shown.has(one.id))) {
      const words = JSON.stringify(notice);
      shown.set(notice.id, { words, notification: null });
      const notification = await say(app, notice.sentence, 'warning', actions(notice));
      shown.set(notice.id, { words, notification });
    }
  }

  async function look(app) {
    if (document.hidden) {
      return;
    }
    try {
      const { isDone, said } = await ask(address);
      if (isDone) {
        await show(app, said.notices);
      }
    } catch (error) {
      // The line is down, or the server: the next look tells.
      console.debug(NAME, error);
    }
  }

  /** Once a minute at most, and never while nobody is there. What was touched is not said. */
  function touch(event) {
    if (event.isTrusted && performance.now() - toldAt >= EVERY_MS) {
      toldAt = performance.now();
      ask(`${base}${NAME}/touch`, 'POST').catch(error => console.debug(NAME, error));
    }
  }

  async function keep(app, id) {
    const { isDone, said } = await ask(`${address}/${id}/keep`, 'POST');
    if (isDone) {
      await show(app, said.notices);
    } else if (said.message) {
      await say(app, said.message, 'error');
    }
  }

  const plugin = {
    id: `${NAME}:notices`,
    autoStart: true,
    activate: app => {
      app.commands.addCommand(KEEP, { execute: ({ id }) => keep(app, id) });
      app.commands.addCommand(ASK, { execute: ({ url }) => void window.open(url, '_blank', 'noopener') });
      TOUCHES.forEach(kind => window.addEventListener(kind, touch, { capture: true, passive: true }));
      app.restored.then(() => {
        look(app);
        setInterval(() => look(app), EVERY_MS);
        document.addEventListener('visibilitychange', () => look(app));
      });
    },
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB[NAME] = {
    init: () => {},
    get: async () => () => ({ __esModule: true, default: plugin }),
  };
})();
