/* How long a text is. apps/duty_reports/domain/counting.py follows the same rule; both are tested with the same examples. */
(function (root) {
  "use strict";
  var COUNTED = /[\p{L}\p{M}\p{N}\p{P}\p{S}]/gu;
  var WORDY = /[\p{L}\p{M}\p{N}]/gu;

  function matches(text, pattern) {
    var found = text.match(pattern);
    return found ? found.length : 0;
  }
  function count(text) {
    var we = matches(text, /我们/g);
    return { n_chars: matches(text, COUNTED), n_without_punctuation: matches(text, WORDY), n_i: matches(text, /我/g) - we, n_we: we };
  }
  /* Per cent with one decimal, rounded down; null while nothing is written. */
  function share(problems, all) {
    if (!all) return null;
    var tenths = Math.floor(problems * 1000 / all);
    return String(tenths / 10) + "%";
  }
  root.spkCounting = { count: count, share: share };
})(window);
