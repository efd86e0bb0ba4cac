/* Sealed ballots on their way. A ballot is stored on the device first, then sent; it is tried again with jitter when the network or
 * the page comes back, by timer and at the next visit, until the server answers with its own tracker or refuses in words.
 * window.SPKQueue({ session, submit, status, changed }) -> { put(parcel), load(), wake(), entries, replace(entry), discard(entry) }
 * entry.state: "posting" | "waiting" | "choice" | "counted" | "refused"; entry.kept: "idb" | "local" | "memory". */
(function () {
  "use strict";
  const rules = window.SPKBallot, store = window.SPKStore;
  const WAITS = [1, 2, 4, 8, 15, 30]; // seconds between tries, the last one repeated
  const PATIENCE = 20000; // ms for one try
  const HERD = 1500; // ms over which phones spread when the network comes back for all of them
  const STATES = ["unused", "online", "paper", "void", "spoiled"];

  function ask(address, body) {
    const stop = window.AbortController ? new AbortController() : null;
    let timer = 0;
    const late = new Promise((_, fail) => {
      timer = window.setTimeout(() => { if (stop) stop.abort(); fail(new Error("no answer in time")); }, PATIENCE);
    });
    const sent = window.fetch(address, {
      method: "POST", credentials: "omit", cache: "no-store", redirect: "error",
      headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal: stop ? stop.signal : undefined
    }).then((answer) => answer.text().then((text) => ({ status: answer.status, content: parsed(text) })));
    const clear = () => window.clearTimeout(timer);
    const whole = Promise.race([sent, late]);
    whole.then(clear, clear);
    return whole;
  }
  /* A network that wants a log-in answers 200 with a page of its own; only an object counts as an answer. */
  function parsed(text) {
    try {
      const content = JSON.parse(text);
      return content && typeof content === "object" ? content : {};
    } catch (page) { return {}; }
  }
  function isRefusal(answer) {
    const final = answer.status >= 400 && answer.status < 500 && answer.status !== 408 && answer.status !== 429;
    return final && typeof answer.content.code === "string" && typeof answer.content.detail === "string";
  }

  window.SPKQueue = function (options) {
    const prefix = "spk-parcel-" + options.session + "-";
    const entries = [];

    function entryOf(parcel, kept) {
      const tracker = rules.trackerOf(rules.fromBase64(parcel.ciphertext));
      return { parcel, tracker, kept, key: prefix + parcel.selector, state: "waiting", tries: 0, timer: 0, isSure: false };
    }
    function move(entry, state, detail) {
      entry.state = state;
      Object.assign(entry, detail || {});
      options.changed(entry);
    }
    /* The outcome of an earlier try is unknown: ask before sending again, so that nothing newer from another device is replaced. */
    function checked(entry) {
      if (!entry.tries || !options.status) return Promise.resolve("post");
      return ask(options.status, { selector: entry.parcel.selector, secret: entry.parcel.secret }).then((answer) => {
        const { state, tracker } = answer.content;
        if (answer.status !== 200 || STATES.indexOf(state) < 0) return "post";
        if (state === "online" && tracker === entry.tracker) return "counted";
        return state === "online" && !entry.isSure ? "choice" : "post";
      });
    }
    function attempt(entry) {
      if (entry.state === "posting" || entry.state === "counted" || entry.state === "refused") return;
      window.clearTimeout(entry.timer);
      move(entry, "posting");
      checked(entry).then((next) => {
        if (isGone(entry)) return null;
        if (next === "counted") return counted(entry);
        if (next === "choice") return move(entry, "choice");
        return ask(options.submit, entry.parcel).then((answer) => {
          if (isGone(entry)) return null;
          if (answer.status === 200 && answer.content.tracker === entry.tracker) return counted(entry);
          if (isRefusal(answer)) return refused(entry, answer.content);
          return again(entry);
        });
      }).catch(() => again(entry));
    }
    const isGone = (entry) => entries.indexOf(entry) < 0; // replaced by a newer ballot, or discarded
    function again(entry) {
      if (isGone(entry)) return;
      const wait = WAITS[Math.min(entry.tries, WAITS.length - 1)] * (0.7 + 0.6 * Math.random());
      entry.timer = window.setTimeout(() => attempt(entry), wait * 1000);
      move(entry, "waiting", { tries: entry.tries + 1 });
    }
    function leave(entry) {
      window.clearTimeout(entry.timer);
      if (!isGone(entry)) entries.splice(entries.indexOf(entry), 1);
      return store.drop(entry.key);
    }
    const counted = (entry) => leave(entry).then(() => move(entry, "counted"));
    const refused = (entry, answer) => leave(entry).then(() => move(entry, "refused", { code: answer.code, detail: answer.detail }));
    function add(entry) {
      entries.filter((other) => other.key === entry.key).forEach((other) => {
        window.clearTimeout(other.timer);
        entries.splice(entries.indexOf(other), 1);
      });
      entries.push(entry);
      return entry;
    }

    return {
      entries,
      put(parcel, added) {
        const entry = add(entryOf(parcel, "memory"));
        added(entry);
        return store.set(entry.key, JSON.stringify(parcel)).then((kept) => {
          entry.kept = kept;
          attempt(entry);
          return entry;
        });
      },
      /* What an earlier visit could not send. Its first try may have arrived, so it asks first. */
      load: () => store.keys(prefix).then((keys) => Promise.all(keys.map(store.get))).then((texts) => {
        texts.map((text) => parsed(text || "")).filter((parcel) => parcel.ciphertext && parcel.selector).forEach((parcel) => {
          const entry = add(entryOf(parcel, "idb"));
          entry.tries = 1;
        });
        return entries;
      }),
      start: (entry) => attempt(entry),
      wake(atOnce) {
        entries.filter((entry) => entry.state === "waiting").forEach((entry) => {
          window.clearTimeout(entry.timer);
          if (atOnce) attempt(entry);
          else entry.timer = window.setTimeout(() => attempt(entry), HERD * Math.random());
        });
      },
      replace(entry) { entry.isSure = true; attempt(entry); },
      discard: (entry) => leave(entry)
    };
  };
})();
