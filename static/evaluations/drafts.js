/* Drafts: what was filled in but not yet submitted. They stay on this device, can be read only with the same slip in hand (also
 * on a tablet that goes from hand to hand), and are wiped with the submission, with another form and after closing.
 * window.SPKDrafts(session, form) -> { save(slip, content), load(slip), wipe(slip), wipeOthers(), wipeAll() } */
(function () {
  "use strict";
  const rules = window.SPKBallot, store = window.SPKStore;

  window.SPKDrafts = function (session, form) {
    const all = "spk-draft-" + session + "-", prefix = all + form.slice(0, 16) + "-";
    const hash = (words) => rules.sha256(new TextEncoder().encode(words));
    const keyOf = (slip) => hash(["spk-draft-key", session, form, slip.selector, slip.secret].join("|"));
    const nameOf = (slip) => prefix + rules.trackerOf(keyOf(slip)).slice(0, 8);
    const drop = (keys) => Promise.all(keys.map(store.drop));

    return {
      save(slip, content) {
        const bytes = new TextEncoder().encode(JSON.stringify(content));
        return store.set(nameOf(slip), rules.toBase64(window.SPKSeal.lock(keyOf(slip), bytes)));
      },
      load: (slip) => store.get(nameOf(slip)).then((text) => {
        try {
          const bytes = text && window.SPKSeal.unlock(keyOf(slip), rules.fromBase64(text));
          return bytes ? JSON.parse(new TextDecoder().decode(bytes)) : null;
        } catch (broken) { return null; }
      }),
      wipe: (slip) => store.drop(nameOf(slip)),
      wipeOthers: () => store.keys(all).then((keys) => drop(keys.filter((key) => key.indexOf(prefix) !== 0))),
      wipeAll: () => store.keys(all).then(drop)
    };
  };
})();
