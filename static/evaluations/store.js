/* What stays on the device between visits: IndexedDB, else localStorage, else the memory of this page.
 * window.SPKStore: set(key, text) -> "idb" | "local" | "memory"; get(key); drop(key); keys(prefix). All are promises and none fails. */
(function () {
  "use strict";
  const PATIENCE = 2500; // ms; some Safaris never answer the first question to IndexedDB
  const memory = {};
  let hasIdb = Boolean(window.idbKeyval);

  function ask(work) {
    if (!hasIdb) return Promise.reject(new Error("no IndexedDB"));
    const late = new Promise((_, fail) => window.setTimeout(() => fail(new Error("IndexedDB is silent")), PATIENCE));
    return Promise.race([new Promise((done) => done(work(window.idbKeyval))), late]).catch((fault) => {
      hasIdb = false;
      throw fault;
    });
  }
  const local = {
    get(key) { try { return window.localStorage.getItem(key); } catch (none) { return null; } },
    set(key, text) { try { window.localStorage.setItem(key, text); return true; } catch (full) { return false; } },
    drop(key) { try { window.localStorage.removeItem(key); } catch (none) { /* nothing was stored */ } },
    keys() { try { return Object.keys(window.localStorage); } catch (none) { return []; } }
  };
  function setElsewhere(key, text) {
    if (local.set(key, text)) return "local";
    memory[key] = text;
    return "memory";
  }
  window.SPKStore = {
    set: (key, text) => ask((idb) => idb.set(key, text)).then(() => "idb", () => setElsewhere(key, text)),
    get: (key) => ask((idb) => idb.get(key)).catch(() => null).then((text) => text || local.get(key) || memory[key] || null),
    drop(key) {
      local.drop(key);
      delete memory[key];
      return ask((idb) => idb.del(key)).catch(() => null);
    },
    keys: (prefix) => ask((idb) => idb.keys()).catch(() => []).then((found) => {
      const all = found.concat(local.keys(), Object.keys(memory)).filter((key) => String(key).indexOf(prefix) === 0);
      return all.filter((key, place) => all.indexOf(key) === place);
    })
  };
})();
